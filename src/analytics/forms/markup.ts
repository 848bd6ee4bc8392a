/** An XML element. Its texts and attributes are escaped when it is written. */
export interface Element {
  name: string
  attributes: Readonly<Record<string, string | number>>
  children: readonly (Element | string)[]
}

/** Returns an element. */
export function element(
  name: string,
  attributes: Element['attributes'] = {},
  ...children: readonly (Element | string)[]
): Element {
  return { name, attributes, children }
}

/** Returns an element as XML. */
export function toXml({ name, attributes, children }: Element): string {
  const start = Object.entries(attributes).reduce(
    (tag, [key, value]) => `${tag} ${key}="${escapeXml(write(value))}"`,
    name,
  )
  const inner = children.map((child) => (typeof child === 'string' ? escapeXml(child) : toXml(child))).join('')
  return inner ? `<${start}>${inner}</${name}>` : `<${start}/>`
}

/** Hundredths of a pixel cannot be seen. */
function write(value: string | number): string {
  return typeof value === 'number' ? String(Math.round(value * 100) / 100) : value
}

const entities: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' }

function escapeXml(text: string): string {
  return visible(text).replace(/[&<>"]/g, (char) => entities[char]!)
}

/** Returns a text in one line, without the characters that XML does not allow. */
export function visible(text: string): string {
  return text
    .toWellFormed()
    .replace(/\s+/g, keepNoBreak)
    .replace(/[\p{Cc}\uFFFE\uFFFF]/gu, '')
}

function keepNoBreak(space: string): string {
  return space === '\u00A0' || space === '\u202F' ? space : ' '
}
