import { expect } from '@jest/globals'
import { SaxesParser } from 'saxes'
import type { Chart } from '../../../src/analytics/forms/chart.ts'
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

/** Fails unless the picture is well-formed, loads nothing, and is legible. */
export function expectSound(xml: string, chart: Pick<Chart, 'shape'>): void {
  const elements = elementsOf(xml)
  expectInside(elements, chart)
  expectHarmless(elements)
}

/** Fails unless all texts and bars are inside the picture, and no two texts of a chart of bars overlap. */
function expectInside(elements: readonly Node[], chart: Pick<Chart, 'shape'>): void {
  const [root] = elements
  const [, , width, height] = root!.attributes.viewBox!.split(' ').map(Number)
  const boxes = elements.filter(({ name }) => name === 'text').map(textBox)
  for (const { left, right, top, bottom } of boxes) {
    expect(Math.min(left, width! - right)).toBeGreaterThanOrEqual(8)
    expect(Math.min(top, height! - bottom)).toBeGreaterThanOrEqual(8)
  }
  for (const { attributes } of elements.filter(({ name, attributes }) => name === 'rect' && attributes.x)) {
    const [x, y, wide, high] = ['x', 'y', 'width', 'height'].map((name) => Number(attributes[name]))
    expect([x! >= 0, y! >= 0, x! + wide! <= width!, y! + high! <= height!]).toEqual([true, true, true, true])
  }
  if (chart.shape === 'line') return
  const overlapping = boxes.filter((one, at) =>
    boxes
      .slice(at + 1)
      .some((two) => one.left < two.right && two.left < one.right && one.top < two.bottom && two.top < one.bottom),
  )
  expect(overlapping).toEqual([])
}

/** Fails if the picture loads or runs anything, or repeats an id. */
function expectHarmless(elements: readonly Node[]): void {
  const known = ['svg', 'title', 'desc', 'defs', 'pattern', 'rect', 'path', 'text']
  expect(elements.map(({ name }) => name).filter((name) => !known.includes(name))).toEqual([])
  const attributes = elements.flatMap((one) => Object.entries(one.attributes))
  expect(attributes.filter(([name]) => /^on|href|style|src/i.test(name))).toEqual([])
  const ids = attributes.filter(([name]) => name === 'id').map(([, id]) => id)
  expect(new Set(ids).size).toBe(ids.length)
  const links = attributes.flatMap(([, value]) => [...value.matchAll(/url\(#([^)]*)\)/g)].map(([, id]) => id!))
  expect(links.filter((id) => !ids.includes(id))).toEqual([])
  expect(attributes.filter(([, value]) => value.replaceAll(/url\(#/g, '').includes('url('))).toEqual([])
}
