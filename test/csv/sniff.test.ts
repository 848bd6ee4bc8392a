import { expect, it } from '@jest/globals'
import { foreignFormat } from '../../src/csv/sniff.ts'

const hex = (text: string) => Buffer.from(text, 'hex')

it.each([
  ['xlsx', Buffer.from('PK\x03\x04\x14\0\x06\0\x08\0\0\0!\0[Content_Types].xml', 'latin1')],
  ['zip', Buffer.from('PK\x03\x04\x14\0\0\0\x08\0contacts.csv', 'latin1')],
  ...(
    [
      ['ods', 'mimetypeapplication/vnd.oasis.opendocument.spreadsheet'],
      ['odt', 'mimetypeapplication/vnd.oasis.opendocument.text'],
      ['docx', '[Content_Types].xml\0\0word/document.xml'],
      ['pptx', '[Content_Types].xml\0\0ppt/presentation.xml'],
      ['xlsx', 'docProps/app.xml\0\0xl/workbook.xml'],
      ['numbers', 'Index/Document.iwa'],
    ] as const
  ).map(([format, entries]) => [format, Buffer.from(`PK\x03\x04\x14\0\0\0\0\0${entries}`, 'latin1')] as const),
  ['xls', hex('d0cf11e0a1b11ae10000')],
  ['xls', hex('0904060000001000')],
  ['doc', Buffer.concat([hex('d0cf11e0a1b11ae10000'), Buffer.from('WordDocument', 'utf16le')])],
  ['bzip2', Buffer.from('BZh91AY&SY')],
  ['xz', hex('fd377a585a0000')],
  ['zstd', hex('28b52ffd2400')],
  ['7z', hex('377abcaf271c0004')],
  ['rar', hex('526172211a0700')],
  ['sqlite', Buffer.from('SQLite format 3\0\x10\0')],
  ['rtf', Buffer.from('{\\rtf1\\ansi {Anna}}')],
  ['vcard', Buffer.from('\uFEFFBEGIN:VCARD\r\nVERSION:3.0\r\nFN:Anna\r\nEND:VCARD\r\n')],
  ['icalendar', Buffer.from('BEGIN:VCALENDAR\r\nVERSION:2.0\r\n')],
  ['html', Buffer.from('<!-- a table -->\n<html><body>')],
  ['html', Buffer.from('<html><table>', 'utf16le')],
  ['xml', Buffer.from('<?xml version="1.0"?><?mso-application progid="Excel.Sheet"?>')],
  ['gzip', hex('1f8b080000000000')],
  ['image', hex('89504e470d0a1a0a0000')],
  ['image', hex('ffd8ffe000104a464946')],
  ['pdf', Buffer.from('%PDF-1.7\n')],
  ['xml', Buffer.from('\uFEFF<?xml version="1.0"?><a/>')],
  ['xml', Buffer.from('<contacts>\n  <contact id="1"/>')],
  ['xml', Buffer.from('\uFEFF<?xml version="1.0"?><a/>', 'utf16le')],
  ['html', Buffer.from('<table border="1"><tr><td>1</td></tr>')],
  ['html', Buffer.from('<!DOCTYPE html>')],
  ['json', Buffer.from('{"name": "Анна", "tags": [1, tr')],
  ['json', Buffer.from('[{"id": 1}, {"id": 2}]\n')],
  ['json', Buffer.from('{"id": 1}\n{"id": 2}\n')],
  ['binary', hex('00010203047f454c4600')],
])('detects %s by content', (format, head) => {
  expect(foreignFormat(head)).toBe(format)
})

it.each([
  '[C] Ivan;1\n',
  '[1,2];x\n',
  '[ID],[Name]\n1,2\n',
  '{{name}};x\n',
  '{"a":1};{"b":2}\n',
  '"[{""a"": 1}]",2\n',
  '<b>Анна</b>;x\n',
  '<Name>;<Phone>\n',
  'PK;name\n',
  'BEGIN;END\n',
  'BZh;name\n',
  'Rar!;name\n',
  '7z;name\n',
  '<Имя>;<Телефон>\n<Анна>;1\n',
  '[],{}\n1,2\n',
  '{},x\n',
  'BMW;name\n',
  'a\0b;c and much more text than that one stray character\n',
  '',
])('detects CSV: %j', (text) => {
  expect(foreignFormat(Buffer.from(text))).toBeUndefined()
  expect(foreignFormat(Buffer.from(`\uFEFF${text}`, 'utf16le'))).toBeUndefined()
})
