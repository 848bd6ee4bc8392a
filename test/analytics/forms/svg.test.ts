import { describe, expect, it } from '@jest/globals'
import fc from 'fast-check'
import type { Chart } from '../../../src/analytics/forms/chart.ts'
import { themeNames, themes } from '../../../src/analytics/forms/palette.ts'
import { type Picture, svgOf } from '../../../src/analytics/forms/svg.ts'
import type { CellValue, ReportTable } from '../../../src/analytics/table.ts'
import { contrast, elementsOf, expectSound, type Node, shownText, wholeText } from './picture.ts'
import { dealsSample, rub, sampleTable, withSecondGroup } from './samples.ts'

const runs = Number(process.env.FC_RUNS ?? 0)
const parameters = runs ? { numRuns: runs } : { numRuns: 100, seed: 7 }

const usual: Picture = { theme: 'light', width: 800, language: 'en' }
const shapes = ['bar', 'stackedBar', 'line', 'funnel', 'table'] as const
const counts: Chart = { shape: 'stackedBar', columns: ['inWork', 'won', 'lost'] }

function textsOf(xml: string): Node[] {
  return elementsOf(xml).filter(({ name }) => name === 'text')
}

describe('a picture of a report', () => {
  it.each(themeNames.flatMap((theme) => (['en', 'ru'] as const).map((language) => ({ theme, language }))))(
    'has its texts inside, and is legible ($theme, $language)',
    ({ theme, language }) => {
      for (const compared of [false, true]) {
        for (const shape of shapes) {
          for (const columns of [['count'], ['inWork', 'won', 'lost'], ['sumWon'], ['averageTime'], ['conversion']]) {
            const chart = { shape, columns }
            const xml = svgOf(dealsSample(language, compared), chart, { ...usual, theme, language })
            expectSound(xml, chart)
          }
        }
      }
    },
  )

  it.each(themeNames)('has enough contrast in the theme %s', (theme) => {
    const { background, grid } = themes[theme]
    for (const shape of shapes) {
      const elements = elementsOf(svgOf(dealsSample('en', true), { ...counts, shape }, { ...usual, theme }))
      expect(elements.find(({ name }) => name === 'rect')?.attributes.fill).toBeDefined()
      const colors = elements.flatMap(({ name, attributes: { fill, stroke } }) =>
        [fill, stroke]
          .filter((color) => color?.startsWith('#') && color !== background && color !== grid)
          .map((color) => ({ name, color: color! })),
      )
      expect(colors.length).toBeGreaterThan(10)
      const faint = colors.filter(({ name, color }) => contrast(color, background) < (name === 'text' ? 4.5 : 3))
      expect(faint).toEqual([])
    }
  })

  it('tells series apart without color', () => {
    const fills = elementsOf(svgOf(dealsSample('en'), counts, usual))
      .filter(({ name, attributes }) => name === 'rect' && attributes.stroke)
      .map(({ attributes }) => attributes.fill!.replace(/^url\(#chart-\w+-/, ''))
    expect(new Set(fills)).toEqual(new Set(['#1f5fa8', 'fill-1)', 'fill-2)']))
    const shapesOfPoints = elementsOf(svgOf(dealsSample('en'), { ...counts, shape: 'line' }, usual))
      .filter(({ name, attributes }) => name === 'path' && attributes.transform)
      .map(({ attributes }) => attributes.d)
    expect(new Set(shapesOfPoints).size).toBe(3)
  })

  it('says the essential numbers in words', () => {
    const [root, title, desc] = elementsOf(
      svgOf(dealsSample('en', true), { shape: 'bar', columns: ['sumWon'], note: 'conversion' }, usual),
    )
    expect(root?.attributes).toMatchObject({ role: 'img', 'xml:lang': 'en' })
    expect(root?.attributes['aria-labelledby']).toBe(`${title!.attributes.id} ${desc!.attributes.id}`)
    expect([title, desc].map((one) => shownText(one!).replaceAll(/\s/g, ' '))).toEqual([
      'Deals',
      'Bar chart. Sum of won deals · 1 – 30 November 2026, compared with 1 – 31 October 2026. Ivan Petrov: ₽1,250,000.50 (compared period: ₽990,000) · 68.2%; Anna Smirnova-Konstantinopolskaya: ₽480,000 (compared period: ₽700,000) · 40%; Olga: ₽75,000 (compared period: ₽0) · 100%; Sergey Ivanov: ₽0. Total: ₽1,805,000.50.',
    ])
  })

  it('speaks Russian', () => {
    const [, , desc] = elementsOf(
      svgOf(dealsSample('ru'), { shape: 'bar', columns: ['sumWon'] }, { ...usual, language: 'ru' }),
    )
    expect(shownText(desc!).replaceAll(/\s/g, ' ')).toBe(
      'Столбчатая диаграмма. Сумма выигранных · 1–30 ноября 2026 г. Иван Петров: 1 250 000,50 ₽; Анна Смирнова-Константинопольская: 480 000 ₽; Ольга: 75 000 ₽; Сергей Иванов: 0 ₽. Итого: 1 805 000,50 ₽.',
    )
  })

  it('is the same each time', () => {
    expect(svgOf(dealsSample('en'), counts, usual)).toBe(svgOf(dealsSample('en'), counts, usual))
  })

  it('says that there is nothing to show', () => {
    for (const shape of shapes) {
      const empty = { ...dealsSample('en'), rows: [] }
      const xml = svgOf(empty, { ...counts, shape }, usual)
      expect(textsOf(xml).map(shownText)).toContain('There is nothing to show in this report.')
      // The reader may not see the columns.
      const hidden = svgOf(dealsSample('en'), { shape, columns: ['gone'], note: 'gone' }, usual)
      expect(textsOf(hidden).map(shownText)).toContain('There is nothing to show in this report.')
      expectSound(xml, { ...counts, shape })
    }
  })

  it('refuses to put amounts in several currencies on one scale', () => {
    const table = sampleTable({ title: 'Deals', group: 'Responsible' }, { sum: ['money', 'Sum'] }, [
      ['Ivan', [rub('5'), { amount: '7', currency: 'EUR' }]],
    ])
    const texts = textsOf(svgOf(table, { shape: 'bar', columns: ['sum'] }, usual)).map(shownText)
    expect(texts).toContain('Amounts in several currencies have no common scale. Choose one currency.')
    const listed = textsOf(svgOf(table, { shape: 'table', columns: ['sum'] }, usual)).map(shownText)
    expect(listed).toContain('₽5, €7')
  })

  it('sums up rows that do not fit, if they add up to the total', () => {
    const rows = Array.from({ length: 30 }, (_, at) => [`Source ${at + 1}`, 1, '50.0'] as const)
    const table = sampleTable(
      { title: 'Sources', group: 'Source' },
      { count: ['count', 'Deals'], share: ['percent', 'Share'] },
      rows,
      { totals: [30, '50.0'] },
    )
    const chart: Chart = { shape: 'bar', columns: ['count'] }
    const texts = textsOf(svgOf(table, chart, usual)).map(shownText)
    expect(texts).toEqual(expect.arrayContaining(['Source 19', 'Other (11)', '11']))
    expect(texts).not.toContain('Source 20')
    const shares = textsOf(svgOf(table, { shape: 'bar', columns: ['share'] }, usual)).map(shownText)
    expect(shares).toEqual(expect.arrayContaining(['Source 20', 'Rows that are not shown: 10.']))
    const low = svgOf(table, chart, { ...usual, height: 240 })
    expectSound(low, chart)
    expect(
      textsOf(low)
        .map(shownText)
        .filter((text) => text.startsWith('Other')),
    ).toHaveLength(1)
  })

  it('draws the second group as series', () => {
    const rows = Array.from({ length: 7 }, (_, at) => ['Source', at] as const)
    const one = sampleTable({ title: 'Deals', group: 'Month' }, { count: ['count', 'Deals'] }, rows, { totals: [21] })
    for (const shape of ['bar', 'stackedBar', 'line'] as const) {
      const xml = svgOf(withSecondGroup(one), { shape, columns: ['count'] }, usual)
      const texts = textsOf(xml).map((text) => shownText(text).replaceAll(/\s/g, ' '))
      const expected = ['Deals · 1 – 30 November 2026', 'Source 0', 'Source 1', 'Source 2', 'First 0', 'First 2']
      expect(texts).toEqual(expect.arrayContaining(expected))
      expect(shownText(elementsOf(xml)[2]!)).toContain(
        'First 0: Source 0 0, Source 1 1, Source 2 2; First 1: Source 0 3, Source 1 4, Source 2 5; First 2: Source 0 6, Source 1 –, Source 2 –. Total: Source 0 9, Source 1 5, Source 2 7.',
      )
    }
  })

  it('shows the totals of a report without groups', () => {
    const { columns, ...table } = dealsSample('en')
    const alone = { ...table, columns: columns.filter(({ kind }) => kind !== 'group') }
    const texts = textsOf(svgOf(alone, { shape: 'table', columns: ['count', 'sumWon'] }, usual)).map(shownText)
    expect(texts.slice(2)).toEqual(['Deals', 'Sum of won deals', 'Total', '90', '₽1,805,000.50'])
    expect(
      textsOf(svgOf(alone, { shape: 'bar', columns: ['count'] }, usual))
        .map(shownText)
        .slice(2),
    ).toEqual(['Total', '90'])
  })

  it('keeps hostile labels as texts, inside the picture', () => {
    const labels = [
      '<script>alert(1)</script>',
      ']]>&amp;"\'\u0000\u0008\uFFFE\uD800',
      'ы'.repeat(300),
      '👨‍👩‍👧‍👦🏳️‍🌈'.repeat(20),
      'شركة النور للتجارة العامة والمقاولات المحدودة بالرياض',
      '\u202Egnp.exe',
      '一二三四五六七八九十'.repeat(9),
      '\n\t',
    ]
    for (const shape of shapes) {
      const chart = { shape, columns: ['count'] }
      const table = sampleTable(
        { title: labels.join(' '), group: labels[0]! },
        { count: ['count', labels.join('')] },
        labels.map((label, at) => [label, at] as const),
      )
      const xml = svgOf(table, chart, { ...usual, width: 320 })
      expectSound(xml, chart)
      if (shape !== 'line')
        expect(textsOf(xml).map(wholeText)).toEqual(
          expect.arrayContaining([labels[0], labels[2], labels[3], labels[4]]),
        )
    }
  })

  const label = fc.oneof(fc.string({ unit: 'grapheme', maxLength: 40 }), fc.string({ unit: 'binary', maxLength: 40 }))
  const decimal = fc.oneof(
    fc.bigInt({ min: -(10n ** 30n), max: 10n ** 30n }).map(String),
    fc.integer({ min: -99_999, max: 99_999 }).map((cents) => (cents / 100).toFixed(2)),
    fc.constantFrom('0', '-0.01', `${'9'.repeat(400)}`),
  )
  const anyTable: fc.Arbitrary<ReportTable> = fc
    .record({
      rows: fc.array(fc.tuple(label, fc.option(decimal), fc.option(decimal)), { maxLength: 40 }),
      kind: fc.constantFrom('number', 'money', 'percent', 'duration'),
      title: label,
      compared: fc.boolean(),
      isDouble: fc.boolean(),
    })
    .map(({ rows, kind, title, compared, isDouble }) => {
      const asValue = (text: string | null): CellValue =>
        text === null ? null : kind === 'money' ? rub(text) : kind === 'duration' ? Number(text) : text
      const table = sampleTable(
        { title, group: title },
        { one: [kind, title], two: [kind, 'Two'] },
        rows.map(
          ([name, one, two]) =>
            [name, compared ? { value: asValue(one), compared: asValue(two) } : asValue(one), asValue(two)] as const,
        ),
        { compared, totals: [null, null] },
      )
      return isDouble ? withSecondGroup(table) : table
    })

  it('is well-formed and has its texts inside, whatever the table holds', () => {
    const picture = fc.record({
      theme: fc.constantFrom(...themeNames),
      language: fc.constantFrom('en' as const, 'ru' as const),
      width: fc.integer({ min: 320, max: 2000 }),
      height: fc.option(fc.integer({ min: 240, max: 2000 }), { nil: undefined }),
    })
    const columns = fc.constantFrom(['one'], ['one', 'two'])
    fc.assert(
      fc.property(anyTable, fc.constantFrom(...shapes), columns, picture, (table, shape, columns, options) => {
        const chart = { shape, columns }
        const xml = svgOf(table, chart, options)
        expectSound(xml, chart)
        expect(xml).not.toMatch(/NaN|Infinity|undefined/)
      }),
      parameters,
    )
  })
})
