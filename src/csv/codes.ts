import { say } from '../errors/code-text.ts'

/** The faults of CSV files. */
// biome-ignore format: a table is read by rows
export const csvFaults = {
  unclosed_quote: say('The quote opened in line {line} is never closed.', 'Кавычка, открытая в строке {line}, не закрыта.'),
  cell_too_long: say('The cell in line {line} is too long. Check whether its quote is closed.', 'Ячейка в строке {line} слишком длинная. Проверьте, закрыта ли её кавычка.'),
  row_too_long: say('The row in line {line} is too long. Check whether the file is CSV.', 'Строка {line} слишком длинная. Проверьте, что это файл CSV.'),
  stray_quote: say('The quote at the start of the cell is never closed. It was read as text.', 'Кавычка в начале ячейки не закрыта. Она прочитана как текст.'),
  damaged_text: say('The cell contains bytes that are invalid in the encoding of the file. Each was replaced with a replacement character.', 'В ячейке есть байты, недопустимые в кодировке файла. Каждый заменён знаком замены.'),
  too_many_cells: say('The row has more cells than the header. Check whether a cell with a delimiter is missing quotes.', 'В строке больше ячеек, чем в заголовке. Проверьте, заключены ли в кавычки ячейки с разделителем.'),
  unnamed_column: say('The column has no name, so the cell was ignored.', 'У столбца нет названия, поэтому ячейка пропущена.'),
}
