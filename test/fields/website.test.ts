import { describe, expect, it } from '@jest/globals'
import { isWebsite } from '../../src/fields/website.ts'

describe('A website', () => {
  it.each([
    ...['https://vector.example', 'HTTP://Vector.Example/', 'http://localhost:8080/a?b=c#d', 'https://[2001:db8::1]/'],
    ...['vector.example', 'www.vector.example/a', 'vector.example:8080', 'vector.example?a=b', 'xn--e1afmkfd.xn--p1ai'],
    ...[
      'пример.рф',
      'https://пример.рф/путь?где=здесь',
      'vk.com/id1',
      't.me/vector_sales',
      '192.0.2.1/a',
      'a.b.example.',
    ],
    ...['https://vector.example/a,b;c', 'https://vector.example/?q=a|b'],
  ])('accepts %s', (text) => {
    expect(isWebsite(text)).toBe(true)
  })

  it.each([
    ...['javascript:alert(1)', 'JavaScript://vector.example/%0aalert(1)', 'data:text/html,x', 'not url', 'vector', ''],
    ...[
      'ftp://vector.example',
      'mailto:a@vector.example',
      'a@vector.example',
      'https://a:b@vector.example',
      '/a',
      '//a.b',
    ],
    ...['http://', 'https:///vector.example', 'http:vector.example', 'vector..example', '.example', '2.50', '+7 495 1'],
    ...['https://vector.example/"><script>', 'https:\\\\vector.example', 'https://vector.example:port', '-', 'нет'],
  ])('refuses %s', (text) => {
    expect(isWebsite(text)).toBe(false)
  })
})
