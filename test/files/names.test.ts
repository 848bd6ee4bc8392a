import { describe, expect, it } from '@jest/globals'
import { contentTypeOf, mediaType } from '../../src/files/content-type.ts'
import { safeName } from '../../src/files/name.ts'
import { rangeOf } from '../../src/files/range.ts'
import { isKnownIfValid } from '../../src/http/entity-tags.ts'

describe('a file name', () => {
  it.each([
    ['Договор № 5 (копия).pdf', 'Договор № 5 (копия).pdf'],
    ['../../etc/passwd', 'passwd'],
    ['C:\\Users\\me\\photo.jpg', 'photo.jpg'],
    ['/', 'fallback'],
    ['..', 'fallback'],
    ['  \t', 'fallback'],
    ['', 'fallback'],
    ['a\0b\r\nc\x7f.txt', 'abc.txt'],
    ['invoice\u202Egpj.exe', 'invoicegpj.exe'],
    ['\u200F\u2066a\u2069\u061C.txt\u2028', 'a.txt'],
    ['\uFEFF a.txt ', 'a.txt'],
    ['и\u0306.txt', 'й.txt'],
    ['half\uD800.txt', 'half\uFFFD.txt'],
    ['.htaccess', '.htaccess'],
    ['👩‍👩‍👧.png', '👩‍👩‍👧.png'],
  ])('%j becomes %j', (given, name) => expect(safeName(given, 'fallback')).toBe(name))

  it('is cut at 255 characters and keeps its extension', () => {
    expect(safeName(`${'я'.repeat(296)}.pdf`, '')).toBe(`${'я'.repeat(251)}.pdf`)
    expect(safeName('😀'.repeat(300), '')).toBe('😀'.repeat(255))
    expect(safeName(`a.${'b'.repeat(300)}`, '')).toBe(`a.${'b'.repeat(253)}`)
    expect(safeName('a'.repeat(255), '')).toHaveLength(255)
  })
})

const png = Buffer.from('89504e470d0a1a0a0000000d', 'hex')

describe('the served content type', () => {
  it.each<[string, Buffer | string, string | null, string]>([
    ['a picture', png, 'image/png', 'image/png'],
    ['a picture declared as text', png, 'text/html', 'image/png'],
    ['a picture declared as another format', Buffer.from('ffd8ffe0', 'hex'), 'image/png', 'image/jpeg'],
    ['an animation', 'GIF89a', null, 'image/gif'],
    ['a picture in RIFF', 'RIFF\x10\0\0\0WEBPVP8 ', null, 'image/webp'],
    ['a document', '%PDF-1.7', 'application/octet-stream', 'application/pdf'],
    ['markup declared as a picture', '<html><script>', 'image/png', 'application/octet-stream'],
    ['markup declared as a document', '<html><script>', 'application/pdf', 'application/octet-stream'],
    ['markup', '<html>', 'text/html', 'application/octet-stream'],
    ['a drawing that may hold scripts', '<svg>', 'image/svg+xml', 'application/octet-stream'],
    ['a script', 'alert(1)', 'text/javascript', 'application/octet-stream'],
    ['XML', '<a/>', 'application/xml', 'application/octet-stream'],
    ['text', 'a', 'text/plain', 'text/plain'],
    ['a table', 'a;b', 'text/csv', 'text/csv'],
    ['a letter', 'PK', 'application/vnd.openxmlformats-officedocument.wordprocessingml.document', ''],
    ['a film', '....ftyp', 'video/mp4', 'video/mp4'],
    ['anything', 'a', null, 'application/octet-stream'],
  ])('for %s', (_, start, declared, type) => {
    const bytes = typeof start === 'string' ? Buffer.from(start, 'latin1') : start
    expect(contentTypeOf(bytes, declared)).toBe(type || declared)
  })

  it.each([
    ['Text/Plain; charset=utf-8', 'text/plain'],
    [undefined, null],
    ['', null],
    ['text', null],
    ['a b/c', null],
    [`a/${'b'.repeat(200)}`, null],
  ])('is read from %j as %j', (header, type) => expect(mediaType(header)).toBe(type))
})

describe('a range of a file with ten bytes', () => {
  it.each([
    ['bytes=0-0', { start: 0, end: 0 }],
    ['bytes=2-5', { start: 2, end: 5 }],
    ['bytes=2-', { start: 2, end: 9 }],
    ['bytes=-3', { start: 7, end: 9 }],
    ['bytes=-30', { start: 0, end: 9 }],
    ['bytes=9-99999999999999999999', { start: 9, end: 9 }],
    ['Bytes=0-1', { start: 0, end: 1 }],
    ['bytes=10-', null],
    ['bytes=10-20', null],
    ['bytes=-0', null],
    ['bytes=-00', null],
    ['bytes=0-1,20-30', undefined],
    ['bytes=20-30,40-50', undefined],
    ['bytes=5-2', undefined],
    ['bytes=-', undefined],
    ['bytes=0-1,4-5', undefined],
    ['lines=0-1', undefined],
    ['bytes=a-b', undefined],
    [undefined, undefined],
  ])('%s', (header, range) => expect(rangeOf(header, 10)).toEqual(range))

  it.each([
    ['"a"', true],
    ['W/"a"', true],
    ['"b", "a"', true],
    ['*', true],
    ['"b"', false],
    ['a', false],
    [undefined, false],
  ])('with the condition %s matches: %s', (header, named) => expect(isKnownIfValid(header, '"a"')).toBe(named))
})
