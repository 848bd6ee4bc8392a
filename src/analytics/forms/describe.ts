import type { Language } from '../../errors/language.ts'
import type { ReportTable } from '../table.ts'
import type { Chart } from './chart.ts'
import type { Plot } from './plot.ts'
import { textIn } from './texts.ts'

type Period = NonNullable<ReportTable['period']>

/** The most rows that a description names. */
const mostRows = 30

/** Returns the line below the title: the column if only one is drawn, and the periods. */
export function subtitleOf({ columns, period, compared }: ReportTable, chart: Chart, language: Language): string {
  const only = chart.columns.length === 1 ? columns.find(({ key }) => key === chart.columns[0])?.label : ''
  const days = period ? daysText(period, language) : ''
  const other = compared ? textIn(language, 'comparedWith', { period: daysText(compared, language) }) : ''
  return [only, [days, other].filter(Boolean).join(', ')].filter(Boolean).join(' · ')
}

/** Returns the days of a period: `1–30 November 2026`. */
function daysText({ from, timeZone, lastDay }: Period, language: Language): string {
  const first = new Intl.DateTimeFormat('sv-SE', { timeZone, dateStyle: 'short' }).format(new Date(from))
  const days = new Intl.DateTimeFormat(language === 'en' ? 'en-GB' : language, { timeZone: 'UTC', dateStyle: 'long' })
  return days.formatRange(new Date(first), new Date(lastDay))
}

/** Returns the picture in words: its shape, what it shows, the values of the rows, and the totals. */
export function describe(subtitle: string, plot: Plot, language: Language): string {
  const { chart, series, rows, totals, markLabel, remarks } = plot
  const shown = rows.slice(0, mostRows).map(({ label, points, note }) => {
    const values = points.map(({ text, mark }, at) => {
      const name = series.length > 1 ? `${series[at]!.label} ` : ''
      return name + text + (mark ? ` (${markLabel}: ${mark.text})` : '')
    })
    return `${label}: ${values.join(', ')}${note === null ? '' : ` · ${note}`}`
  })
  const more = rows.length > mostRows ? [textIn(language, 'andMore', { count: rows.length - mostRows })] : []
  const sums = totals.flatMap(({ number, text }, at) => {
    if (number === null) return []
    return series.length > 1 ? `${series[at]!.label} ${text}` : text
  })
  return [
    `${textIn(language, chart.shape)}. ${subtitle}`,
    [...shown, ...more].join('; '),
    sums.length ? `${textIn(language, 'total')}: ${sums.join(', ')}` : '',
    ...remarks,
  ]
    .filter(Boolean)
    .map((sentence) => sentence.replace(/[.\s]*$/, '.'))
    .join(' ')
}
