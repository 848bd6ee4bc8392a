const token =
  /\s*(?:([{}[\],:])|"(?:[^"\\\r\n]|\\.)*(?:"|$)|-?\d+(?:\.\d+)?(?:e[+-]?\d+)?(?!\w)|(?:true|false|null)(?!\w))/iy

/**
 * Returns whether a text starts with a JSON object or array that is cut off at the end, ends the text, or is followed
 * by another one on a new line. `[C] Ivan;...` and `{"a":1};2` are CSV.
 */
export function startsAsJson(text: string): boolean {
  if (!/^(\{\s*(["}]|$)|\[)/.test(text)) return false
  const open: string[] = []
  token.lastIndex = 0
  while (token.lastIndex < text.length) {
    const at = token.lastIndex
    const match = token.exec(text)
    // The end of the text may cut off a word or number.
    if (!match) return text.slice(at).trim() === '' || /^\s*[-\w.]+$/.test(text.slice(at))
    if (match[1] === '{' || match[1] === '[') open.push(match[1])
    if (match[1] !== '}' && match[1] !== ']') continue
    if (open.pop() !== (match[1] === '}' ? '{' : '[')) return false
    if (open.length === 0) return /^\s*$|^[ \t]*\r?\n\s*[[{]/.test(text.slice(token.lastIndex))
  }
  return true
}
