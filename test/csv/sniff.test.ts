import { expect, it } from '@jest/globals'
import { foreignFormat } from '../../src/csv/sniff.ts'

const hex = (text: string) => Buffer.from(text, 'hex')

it.each([
  ['xlsx', Buffer.from('PK\x03\x04\x14\0\x06\0\x08\0\0\0!\0[Content_Types].xml', 'latin1')],
  ['zip', Buffer.from('PK\x03\x04\x14\0\0\0\x08\0contacts.csv', 'latin1')],
  ['xls', hex('d0cf11e0a1b11ae10000')],
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
  'BMW;name\n',
  'a\0b;c and much more text than that one stray character\n',
  '',
])('detects CSV: %j', (text) => {
  expect(foreignFormat(Buffer.from(text))).toBeUndefined()
  expect(foreignFormat(Buffer.from(`\uFEFF${text}`, 'utf16le'))).toBeUndefined()
})
