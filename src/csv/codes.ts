import { say } from '../errors/code-text.ts'

/** The faults of CSV files. */
// biome-ignore format: a table is read by rows
export const csvFaults = {
  unclosed_quote: say('The quote opened in line {line} is never closed.', 'Кавычка, открытая в строке {line}, не закрыта.'),
  cell_too_long: say('The cell in line {line} is too long. Check whether its quote is closed.', 'Ячейка в строке {line} слишком длинная. Проверьте, закрыта ли её кавычка.'),
  row_too_long: say('The row in line {line} is too long. Check whether the file is CSV.', 'Строка {line} слишком длинная. Проверьте, что это файл CSV.'),
  stray_quote: say('A quote in the cell is never closed. It was read as text.', 'Кавычка в ячейке не закрыта. Она прочитана как текст.'),
  damaged_text: say('The cell contains bytes that are invalid in the encoding of the file. Each was replaced with a replacement character.', 'В ячейке есть байты, недопустимые в кодировке файла. Каждый заменён знаком замены.'),
  too_many_cells: say('The row has more cells than the header. Check whether a cell with a delimiter is missing quotes.', 'В строке больше ячеек, чем в заголовке. Проверьте, заключены ли в кавычки ячейки с разделителем.'),
  too_few_cells: say('The row has fewer cells than most rows. Check whether a delimiter is missing.', 'В строке меньше ячеек, чем в большинстве строк. Проверьте, не пропущен ли разделитель.'),
  extra_delimiter: say('The row has more delimiters than most rows. Check whether its cells are in the right columns.', 'В строке больше разделителей, чем в большинстве строк. Проверьте, в тех ли столбцах её ячейки.'),
  undoubled_quote: say('A quote inside the cell is not doubled. It was read as text.', 'Кавычка внутри ячейки не удвоена. Она прочитана как текст.'),
  repeated_header: say('The row repeats the header. It was skipped.', 'Строка повторяет заголовок. Она пропущена.'),
  total_row: say('The last row contains totals. It was skipped.', 'Последняя строка содержит итоги. Она пропущена.'),
  other_table: say('The row belongs to another table in the file. Import that table as a file of its own.', 'Строка относится к другой таблице в файле. Импортируйте эту таблицу отдельным файлом.'),
  table_above_header: say('The lines above the header were left out. If they are a table, import it as a file of its own.', 'Строки над заголовком пропущены. Если это таблица, импортируйте её отдельным файлом.'),
  trailing_delimiter: say('Most rows have one delimiter more than the header. Check whether the header lacks one.', 'В большинстве строк на один разделитель больше, чем в заголовке. Проверьте, не пропущен ли он в заголовке.'),
  damaged_header: say('The header has a misplaced quote or invalid bytes, or not as many cells as the rows. Check the names of the columns.', 'В заголовке лишняя кавычка или недопустимые байты, или в нём не столько ячеек, сколько в строках. Проверьте названия столбцов.'),
  unnamed_column: say('The column has no name, so the cell was ignored.', 'У столбца нет названия, поэтому ячейка пропущена.'),
}
