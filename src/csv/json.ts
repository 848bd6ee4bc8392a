const token =
  /\s*(?:([{}[\],:])|"(?:[^"\\\r\n]|\\.)*(?:"|$)|-?\d+(?:\.\d+)?(?:e[+-]?\d+)?(?!\w)|(?:true|false|null)(?!\w))/iy

/**
 * Whether a text begins with a JSON object or array that goes on to the end of the text or is followed by nothing or by
 * another on a new line. `[C] Ivan;...` is none, nor is `{"a":1};2`, the first cell of a CSV.
 */
export function startsAsJson(text: string): boolean {
  if (!/^(\{\s*(["}]|$)|\[)/.test(text)) return false
  const open: string[] = []
  token.lastIndex = 0
  while (token.lastIndex < text.length) {
    const at = token.lastIndex
    const match = token.exec(text)
    // What is cut off at the end of the text may be half a word or number.
    if (!match) return text.slice(at).trim() === '' || /^\s*[-\w.]+$/.test(text.slice(at))
    if (match[1] === '{' || match[1] === '[') open.push(match[1])
    if (match[1] !== '}' && match[1] !== ']') continue
    if (open.pop() !== (match[1] === '}' ? '{' : '[')) return false
    if (open.length === 0) return /^\s*$|^[ \t]*\r?\n\s*[[{]/.test(text.slice(token.lastIndex))
  }
  return true
}
