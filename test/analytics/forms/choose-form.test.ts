import { expect, it } from '@jest/globals'
import { chooseForm } from '../../../src/analytics/forms/choose-form.ts'

it.each([
  [undefined, 'json'],
  ['', 'json'],
  ['*/*', 'json'],
  ['application/json', 'json'],
  ['text/csv', 'csv'],
  ['text/csv; charset=utf-8', 'csv'],
  ['TEXT/CSV', 'csv'],
  ['text/*', 'csv'],
  ['image/svg+xml', 'svg'],
  // An image in a web page.
  ['image/avif,image/webp,image/apng,image/svg+xml,image/*,*/*;q=0.8', 'svg'],
  // A page that a browser opens.
  ['text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8', 'json'],
  ['text/csv;q=0.5, image/svg+xml;q=0.9', 'svg'],
  ['application/json;q=0, */*', 'csv'],
])('chooses the form for Accept: %s', (accept, form) => {
  expect(chooseForm(accept)).toBe(form)
})

it.each(['text/html', 'application/problem+json', 'text/csv;q=0', 'nonsense'])('refuses Accept: "%s"', (accept) => {
  expect(() => chooseForm(accept)).toThrow(
    expect.objectContaining({
      code: 'not_acceptable',
      status: 406,
      extra: { available: ['application/json', 'text/csv', 'image/svg+xml'] },
    }),
  )
})
