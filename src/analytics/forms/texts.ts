import { say } from '../../errors/code-text.ts'
import type { Labels, Language } from '../../errors/language.ts'

/** The words of files and pictures of reports. */
// biome-ignore format: a table is read by rows
const texts = {
  total: say('Total', 'Итого'),
  other: say('Other', 'Прочее'),
  currency: say('currency', 'валюта'),
  compared: say('compared period', 'период сравнения'),
  target: say('target', 'план'),
  comparedWith: say('compared with {period}', 'в сравнении с {period}'),
  empty: say('There is nothing to show in this report.', 'В этом отчёте нечего показать.'),
  currencies: say('Amounts in several currencies have no common scale. Choose one currency.', 'У сумм в разных валютах нет общей шкалы. Выберите одну валюту.'),
  moreRows: say('Rows that are not shown: {count}.', 'Не показано строк: {count}.'),
  moreColumns: say('Columns that are not shown: {count}.', 'Не показано столбцов: {count}.'),
  truncated: say('The report has more rows than these.', 'В отчёте есть и другие строки.'),
  andMore: say('and more: {count}', 'и ещё: {count}'),
  bar: say('Bar chart', 'Столбчатая диаграмма'),
  stackedBar: say('Stacked bar chart', 'Столбчатая диаграмма с накоплением'),
  line: say('Line chart', 'График'),
  funnel: say('Funnel', 'Воронка'),
  table: say('Table', 'Таблица'),
} satisfies Record<string, Labels>

/** Returns a text in a language, with the values for its placeholders. */
export function textIn(
  language: Language,
  name: keyof typeof texts,
  values: Readonly<Record<string, string | number>> = {},
): string {
  return texts[name][language].replace(/\{(\w+)\}/g, (_, key: string) => String(values[key] ?? ''))
}
