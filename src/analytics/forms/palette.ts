import { type Element, element } from './markup.ts'

/** The themes of pictures. */
export const themeNames = ['light', 'dark'] as const

/** The name of a theme. */
export type ThemeName = (typeof themeNames)[number]

/** The colors of a theme: of the background, of texts, of thin lines, and of marks by series. */
export interface Theme {
  background: string
  text: string
  quiet: string
  grid: string
  marks: readonly string[]
}

/** Texts have a contrast of 4.5 or more to the background, marks of 3 or more. */
// biome-ignore format: a table is read by rows
export const themes: Readonly<Record<ThemeName, Theme>> = {
  light: {
    background: '#ffffff', text: '#1b2430', quiet: '#4d5866', grid: '#d5dbe3',
    marks: ['#1f5fa8', '#b8500c', '#0b7a6b', '#7a3fb0', '#8a6a00', '#a8326e'],
  },
  dark: {
    background: '#141b26', text: '#f1f4f8', quiet: '#b4bdca', grid: '#3a4656',
    marks: ['#7db7f5', '#f2a25f', '#5fcdbb', '#c8a3f0', '#d9bd54', '#f08fbb'],
  },
}

/** The number of series that a picture can tell apart. */
export const mostSeries = themes.light.marks.length

/** The strokes of the patterns by series, in a square of 8 pixels. The first series is filled. */
const strokes = [
  '',
  'M-2,2 l4,-4 M0,8 l8,-8 M6,10 l4,-4',
  'M0,4 h8',
  'M4,0 v8',
  'M-2,6 l4,4 M0,0 l8,8 M6,-2 l4,4',
  'M0,4 h8 M4,0 v8',
]

/** Returns the definitions of the fills, whose ids begin with the prefix. */
export function patterns(theme: Theme, prefix: string): Element {
  return element(
    'defs',
    {},
    ...theme.marks
      .slice(1)
      .map((color, at) =>
        element(
          'pattern',
          { id: `${prefix}-fill-${at + 1}`, width: 8, height: 8, patternUnits: 'userSpaceOnUse' },
          element('rect', { width: 8, height: 8, fill: theme.background }),
          element('path', { d: strokes[at + 1]!, stroke: color, 'stroke-width': 3, fill: 'none' }),
        ),
      ),
  )
}

/** Returns the attributes of an area of a series: series differ by pattern, so color is not needed. */
export function fillOf(theme: Theme, series: number, prefix: string): Record<string, string> {
  const color = theme.marks[series]!
  return { fill: series === 0 ? color : `url(#${prefix}-fill-${series})`, stroke: color }
}
