const formula = /^[\t\r\n]|^[\s\u200B\uFEFF]*[=+\-@\uFF1D\uFF0B\uFF0D\uFF20]/
const number = /^[+-]?\d[\d\s.,]*%?$/
const phone = /^\+?\(?\d[\d\s().-]{3,}((,|;|x|ext\.?|доб\.?|#)\s*\d+)?$/i
/** Without quotes, parentheses and pipes it can call nothing. */
const email = /^[+-][\w.+-]*@[\w-]+(\.[\w-]+)+$/
const safeStart = /^[\p{L}\d(]/u

/**
 * Puts an apostrophe before text that a spreadsheet would run as a formula. Keeps numbers, phones and e-mails, even several in
 * one cell, and whatever looks like them: at worst a spreadsheet adds them up.
 */
export function disarm(text: string): string {
  if (text === '' || safeStart.test(text) || !isArmed(text)) return text
  const areDigits = text.split(/, */).every((part) => !isArmed(part.replace(/^[+-]?/, '+')))
  return areDigits ? text : `'${text}`
}

/** Removes the apostrophe that `disarm` adds, and no other. */
export function rearm(text: string): string {
  return text.startsWith("'") && isArmed(text.slice(1)) ? text.slice(1) : text
}

/** Returns whether text is a formula, even after apostrophes of its own: `rearm` must not remove one of those. */
function isArmed(text: string): boolean {
  const bare = text.replace(/^'+/, '')
  return formula.test(bare) && !number.test(bare) && !phone.test(bare) && !email.test(bare)
}
