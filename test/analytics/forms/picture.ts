import { SaxesParser } from 'saxes'
import { textWidth } from '../../../src/analytics/forms/text-width.ts'

/** An element of a parsed picture. */
export interface Node {
  name: string
  attributes: Readonly<Record<string, string>>
  children: (Node | string)[]
}

/** Parses XML strictly, and returns all its elements, the root first. Throws if it is not well-formed. */
export function elementsOf(xml: string): Node[] {
  const all: Node[] = []
  const open: Node[] = []
  const parser = new SaxesParser({ xmlns: true })
  parser.on('error', (error) => {
    throw error
  })
  parser.on('opentag', ({ name, attributes }) => {
    const values = Object.fromEntries(Object.entries(attributes).map(([key, { value }]) => [key, value]))
    const node: Node = { name, attributes: values, children: [] }
    open.at(-1)?.children.push(node)
    all.push(node)
    open.push(node)
  })
  parser.on('text', (text) => open.at(-1)?.children.push(text))
  parser.on('closetag', () => open.pop())
  parser.write(xml).close()
  return all
}

/** Returns the visible text of an element, without its title. */
export function shownText({ children }: Node): string {
  return children.filter((child) => typeof child === 'string').join('')
}

/** Returns the whole text that an element stands for: its title if it has one. */
export function wholeText(node: Node): string {
  const title = node.children.find((child) => typeof child === 'object' && child.name === 'title')
  return typeof title === 'object' ? shownText(title) : shownText(node)
}

/** Returns the box that a text covers, by the widest common font. */
export function textBox(node: Node) {
  const { x, y, 'font-size': size, 'text-anchor': anchor = 'start', 'font-weight': weight } = node.attributes
  const width = textWidth(shownText(node), { size: Number(size), bold: weight === 'bold' })
  const left = Number(x) - { start: 0, middle: width / 2, end: width }[anchor]!
  return { left, right: left + width, top: Number(y) - Number(size) * 0.8, bottom: Number(y) + Number(size) * 0.25 }
}

/** Returns the contrast ratio of two colors by WCAG. */
export function contrast(one: string, other: string): number {
  const [dark, light] = [luminance(one), luminance(other)].sort((a, b) => a - b)
  return (light! + 0.05) / (dark! + 0.05)
}

function luminance(color: string): number {
  const [red, green, blue] = [1, 3, 5].map((at) => {
    const part = Number.parseInt(color.slice(at, at + 2), 16) / 255
    return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4
  })
  return 0.2126 * red! + 0.7152 * green! + 0.0722 * blue!
}
