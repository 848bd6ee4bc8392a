import { existsSync } from 'node:fs'
import type { AddressInfo } from 'node:net'
import { afterAll, beforeAll, expect, it } from '@jest/globals'
import puppeteer, { type Browser, type HTTPResponse, type Page } from 'puppeteer-core'
import { type Api, startApi } from '../test/api.ts'

const { CHROMIUM: executablePath = '/usr/bin/chromium' } = process.env
const patience = 120_000

let api: Api
let browser: Browser
let page: Page
const errors: string[] = []
beforeAll(async () => {
  if (!existsSync(executablePath)) {
    throw new Error('Install Chromium (`apt-get install chromium`), or set CHROMIUM to the path of another one.')
  }
  api = await startApi({ work: true })
  for (const lastName of ['Losev', 'Zimin']) await api.call('post', '/v1/contacts', { lastName }).expect(201)
  await api.app.listen({ port: 0, host: '127.0.0.1' })
  browser = await puppeteer.launch({
    executablePath,
    args: ['--no-sandbox', '--disable-gpu', '--disable-dev-shm-usage'],
    protocolTimeout: patience,
  })
  page = await browser.newPage()
  page.setDefaultTimeout(patience)
  page.on('pageerror', (error) => errors.push(String(error)))
})
afterAll(async () => {
  await browser?.close()
  await api?.close()
})

it('shows a reference page on which one can authorize and filter', async () => {
  const { port } = api.app.server.address() as AddressInfo
  const start = performance.now()
  await page.goto(`http://127.0.0.1:${port}/docs/`, { waitUntil: 'domcontentloaded' })
  const tags = () => page.$$eval('.opblock-tag', (all) => all.map((tag) => tag.getAttribute('data-tag')))
  const before = await page.waitForSelector('.opblock-tag').then(tags)
  await page.type('.operation-filter-input', 'Contacts')
  await page.waitForFunction((most) => document.querySelectorAll('.opblock-tag').length < most, {}, before.length)
  process.stderr.write(
    `${before.length} tags were filtered ${Math.round(performance.now() - start)} ms after the request.\n`,
  )
  expect(await tags()).toEqual(['Contacts'])

  await page.click('.authorize')
  await page.type('.auth-container input', api.key)
  await page.click('.auth-btn-wrapper .authorize')
  await page.click('.btn-done')
  await page.click('.opblock-tag')
  await page.waitForSelector(blockOf('listContacts'))
})

it('creates, changes and reads a contact with the examples as they are shown', async () => {
  const created = await tryOut('createContact', {})
  expect(created).toMatchObject({ status: 201, body: { id: 5, firstName: 'Ivan', lastName: 'Petrov', comment: null } })
  const changed = await tryOut('updateContact', { id: '5' })
  expect(changed).toMatchObject({ status: 200, body: { id: 5, lastName: 'Petrov', comment: 'Call back on Monday' } })
  const read = await tryOut('getContact', { id: '5', fields: 'comment' })
  expect(read).toMatchObject({ status: 200, body: { id: 5, comment: 'Call back on Monday' } })
})

it('lists contacts with a filter and a sort order', async () => {
  const filter = '{"lastName": {"contains": "e"}}'
  const { status, body } = await tryOut('listContacts', { filter, sort: '-lastName', fields: 'lastName', q: '' })
  expect({ status, names: body.data.map((contact: { lastName: string }) => contact.lastName) }).toEqual({
    status: 200,
    names: ['Petrov', 'Losev'],
  })
})

it('raises no error in the page', () => expect(errors).toEqual([]))

function blockOf(operation: string): string {
  return `#operations-Contacts-${operation}`
}

/** Opens an operation, fills in parameters and executes it. Returns the status that the page shows, and the body. */
async function tryOut(operation: string, parameters: Record<string, string>) {
  const block = blockOf(operation)
  await page.click(`${block} .opblock-summary-control`)
  await page.waitForSelector(`${block} .try-out__btn`).then((button) => button!.click())
  await page.waitForSelector(`${block} .execute`)
  for (const [name, value] of Object.entries(parameters)) await fill(`${block} tr[data-param-name="${name}"]`, value)
  const [response] = await Promise.all([page.waitForResponse(isAnswer), page.click(`${block} .execute`)])
  const shown = await page.waitForSelector(`${block} .live-responses-table tbody .response-col_status`)
  return {
    status: Number.parseInt(await shown!.evaluate((cell) => cell.textContent ?? ''), 10),
    body: await response.json(),
  }
}

/** Writes a value into the first input of a parameter. */
async function fill(row: string, value: string): Promise<void> {
  await page.click(`${row} :is(input, textarea)`, { count: 3 })
  await page.keyboard.down('Control')
  await page.keyboard.press('A')
  await page.keyboard.up('Control')
  await page.keyboard.press('Backspace')
  if (value) await page.keyboard.sendCharacter(value)
}

function isAnswer(response: HTTPResponse): boolean {
  return new URL(response.url()).pathname.startsWith('/v1/')
}
