import { execFile } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { configTable } from '../src/config.ts'
import { type Api, startApi } from './api.ts'

const readme = readFileSync('README.md', 'utf8')
const scripts = JSON.parse(readFileSync('package.json', 'utf8')).scripts as Record<string, string>

it('has the table of the variables that the server reads', () => {
  const rows = configTable().map(
    ({ variable, default: initial, takes, description }) =>
      `| \`${variable}\` | ${initial && `\`${initial}\``} | ${takes} | ${description} |`,
  )
  const table = ['| variable | default | takes | what it does |', '|---|---|---|---|', ...rows].join('\n')
  expect(/<!-- configuration -->\n([\s\S]*?)\n<!-- \/configuration -->/.exec(readme)?.[1]).toBe(table)
})

it('names only existing scripts', () => {
  const named = [...readme.matchAll(/`?npm run ([a-z-]+)/g)].map(([, name = '']) => name)
  expect(named.filter((name) => !(name in scripts))).toEqual([])
})

describe('the five-minute tour with curl', () => {
  const commands = [...readme.matchAll(/```sh\n([\s\S]*?)```/g)]
    .flatMap(([, block = '']) => block.trim().split('\n'))
    .filter((line) => !/^(npm|export) /.test(line))
  let api: Api
  let folder: string
  beforeAll(async () => {
    api = await startApi({ work: true })
    await api.app.listen({ port: 0, host: '127.0.0.1' })
    folder = mkdtempSync(join(tmpdir(), 'kartoteka-readme-'))
  })
  afterAll(async () => {
    await api.close()
    rmSync(folder, { recursive: true })
  })

  /** Runs the command from the README and appends the status to its output. */
  async function run(command: string): Promise<string> {
    const { port } = api.app.server.address() as AddressInfo
    const env = { ...process.env, KEY: api.key, URL: `http://127.0.0.1:${port}` }
    const told = command.startsWith('curl ') ? `${command} -w '%{http_code}'` : command
    const { stdout } = await promisify(execFile)('bash', ['-ec', told], { cwd: folder, env })
    return stdout
  }

  const expected: [part: string, answer: RegExp | string][] = [
    ['$KEY" $URL/v1/me', /"isAdmin":true.*200$/],
    ['printf', /^$/],
    ['/contacts/import', /"status":"(?:queued|running)".*202$/],
    ['/v1/jobs/1?wait=30', /"status":"completed".*"created":2.*200$/],
    ['KEY" $URL/v1/jobs/1/errors', /^\{"data":\[\].*200$/],
    ['filter[phones]', /"lastName":"Петров".*200$/],
    ['[contains]=орл', /"lastName":"Орлова".*"total":1,"totalKind":"exact"\}200$/],
    ['/contact/fields -d', /"path":"userFields.delivery_city".*201$/],
    ['Зимин', /"normalized":"\+79457654321".*"delivery_city":"Омск".*201$/],
    ['/contacts/export', /^200$/],
    ['cat export.csv', /^\ufeff.*;Имя;.*\r\n.*;Олег;.*;Омск/s],
    ['firstNam"', /"hint":"firstName".*"pointer":"\/birthDate".*422$/],
    ['"position": "Директор", "phones"', /"version":2.*\+79165554433.*200$/],
    ['"as": "deal"', /"status":201.*"status":201.*"number":"20\d\d-000001".*200$/],
    ['[deal.title]', /"number":"20\d\d-000001".*"expanded":\{.*"deal":\{"id":\d+.*"lastName":"Петров".*200$/],
    ['[contacts.phones]', /"data":\[\{"id":\d+,"number":"20\d\d-000001"\}\].*200$/],
    ['deals/1 -d \'{"stageId"', /"stageSemantic":"success".*200$/],
    ['/stage-history', /"kind":"closed".*"kind":"created".*200$/],
    ['/board?stages', /"id":"WON".*"sumsStatus":"exact","data":\[\{"id":1,.*"total":1,"totalKind":"exact"\}\]\}200$/],
    ['"Розница"', /^\{"id":9,"name":"Retail".*"failureNeedsReason":true,"stageProbabilities":null\}201$/],
    ['stages/DELIVERY', /"requiredFields":\["contacts","amount"\],"nextStages":\["WON","LOSE"\]\}200$/],
    ['"Стеллаж"', /"pointer":"\/contacts","code":"required_in_stage".*"pointer":"\/amount".*422$/],
    ['"move"', /"type":"bulk".*202$/],
    ['/v1/jobs/3?wait=30', /"status":"completed".*"done":1.*200$/],
    ['pipelines/9?moveTo=3', /"type":"remove-stage".*202$/],
    ['/v1/jobs/5?wait=30', /"status":"completed".*"moved":1.*200$/],
    ['$KEY" $URL/v1/types/deal/pipelines', /^\{"data":\[\{"id":3,[^}]*\}\],.*200$/],
    ['/leads -d', /"id":1,.*"title":"Столы для офиса".*201$/],
    ['convert?dryRun', /"deal":\{"data":\{.*"errors":\[\{"pointer":"\/company\/title","code":"required".*200$/],
    ['/leads/1/convert -d', /^\{"deal":\{"id":\d+\},"contact":\{"id":\d+\}\}200$/],
    ['filter[leadId]', /"title":"Столы","amount":"90000.00".*"firstName":"Мария".*200$/],
    ['conversion/revert', /"undoneAt":"2.*200$/],
    ['/deals/1/copy', /"terms":"Половина заранее".*"dealId":1.*201$/],
    ['[createdAt]=today', /^\{"data":\[\{"id":5,"lastName":"Зимин"\}.*"total":3,"totalKind":"exact"\}200$/],
    ['"or"', /^\{"data":\[\{"id":5,"lastName":"Зимин"\},\{"id":3,"lastName":"Орлова"\}\].*200$/],
    ['/contacts/count', /^\{"total":2,"totalKind":"exact"\}200$/],
    ['"event": "won"', /"title":"Полки для склада","closedAt":"[^"]+"\}.*200$/],
    ['"event": "forgotten"', /^\{"total":0,"totalKind":"exact"\}200$/],
    ['"event": "reached"', /^\{"total":\d+,"totalKind":"exact"\}200$/],
    ['q=petrov ivan', /"name":"Иван Петров","score":1,"matched":\[\{"field":"lastName".*200$/],
    ['q=Петрв', /"lastName":"Петров".*8 \(495\) 123-45-67.*200$/],
    [
      '"facets"',
      /"facets":\{"responsibleId":\[\{"value":1,"count":2\}\],"opened":\[\{"value":true,"count":2\}\]\}\}200$/,
    ],
    ['curl -s -H "Authorization: Bearer $KEY" -H "Content-Type: application/json" -H "Idem', /"Order 4711".*201$/],
    ['curl -s -i', /idempotency-replayed: true.*"title":"Order 4711".*201$/s],
    ['{"title": "Вектор"}', /"title":"Вектор".*201$/],
    ['"Synchronised"', /"title":"Вектор".*"comment":"Synchronised".*200$/],
    ['--etag-save', /"title":"Вектор".*200$/],
    ['--etag-compare', /^304$/],
    ['If-Match', /"code":"precondition_failed".*"version":2.*412$|"version":2.*"code":"precondition_failed".*412$/],
    ['"as": "boss"', /^\{"results":\[\{"status":201,.*\{"status":200,.*200$/],
    ['/companies/batch', /^\{"results":\[\{"status":201,.*\{"status":404,.*207$/],
    ['/companies/1?dryRun', /^204$/],
    ['bulk?dryRun', /^\{"matched":2,"denied":0,"missing":0,"done":2,"failed":0,"left":0\}200$/],
    ['/contacts/bulk -d', /"type":"bulk","status":"queued".*202$/],
    ['/v1/jobs/7?wait=30', /"status":"completed".*"done":2.*200$/],
    ['jobs/7/revert', /"type":"revert","status":"queued".*202$/],
    ['-X DELETE -H "Authorization: Bearer $KEY" $URL/v1/contacts/1', /^204$/],
    ['filter[deletedBy]', /"id":"C_1",.*"name":"Иван Петров".*200$/],
    ['curl -s -H "Authorization: Bearer $KEY" $URL/v1/recycle-bin/C_1', /"record":\{.*"lastName":"Петров".*200$/],
    ['/restore', /"id":1,"version":\d+.*"lastName":"Петров".*200$/],
    ['recycleBinDays', /"recycleBinDays":60.*200$/],
    ['companies/import/preview', /"field":"phones.work".*"title":"Вектор".*"isComplete":true\}200$/],
    ['import/template', /^200$/],
    ['import/columns', /"field":"phones.work","label":"Рабочий телефон"[^}]*"Телефон"/],
    ['"mapping"', /"field":"phones.mobile","proposal":\{"field":"phones.mobile","confidence":1,"reason":"given"\}/],
    ['jobs/1/events', /^retry: 1000\n\nid: completed-2-2\nevent: job\ndata: \{"id":1,.*\}\n\n200$/],
    ['-o errors.csv', /^200$/],
    ['iconv -f cp1251 errors.csv', /^Имя;Фамилия;Рабочий телефон;Рабочий e-mail;Населенный пункт;Import error\r\n$/],
    ['jobs/1/revert', /"matched":2,"denied":0,"missing":0,"done":1,"failed":0,"left":1/],
    ['deals/export?columns', /^title,amount,company.title,contacts.lastName,contacts.phones.work\r\n.*200$/s],
    ['/contacts/export', /"type":"export","status":"(?:queued|running)".*202$/],
    ['/v1/jobs/11?wait=30', /"status":"completed".*"rows":4.*"file":"\/v1\/jobs\/11\/file".*200$/],
    ['jobs/11/file', /^lastName,phones\r\nЗимин,.*200$/s],
    ['jobs/11/file', /"url":"\/v1\/downloads\/[\w-]+".*201$/],
    ['-o changes.json', /^200$/],
    [
      'changes.json)',
      /^\{"data":\[\{"id":\d+,.*"page":\{"next":null,"prev":null\},"deleted":\[.*"changedSince":"[\w-]+"\}200$/,
    ],
    ['mode=people', /"kind":"restored".*"actorName":"Test User".*"kind":"deleted".*200$/],
    ['[field][in]', /^\{"data":\[\{[^\]]*"field":"position".*200$/],
    ['Сомов', /"id":11,.*"id":13,.*200$/],
    [
      'contacts/merge?dryRun',
      /^\{"id":null,"record":\{"id":11,.*"conflicts":\[\{"field":"firstName","chosenId":11,.*200$/,
    ],
    ['"choices"', /^\{"id":3,"record":\{"id":11,.*"comment":"Звонить утром".*200$/],
    [
      'contacts/13?fields',
      /content-location: \/v1\/contacts\/11\r\n.*\{"mergedInto":11,"id":11,"firstName":"Пётр","comment":"Звонить утром".*200$/s,
    ],
    ['/merges?type', /^\{"data":\[\{"id":3,"type":"contact","survivorId":11,"ids":\[13\],.*200$/],
    ['merges/3/revert', /^\{"restoredIds":\[13\],"kept":\[\]\}200$/],
    [
      'duplicates/check',
      /^\{"data":\[\{"id":5,"score":[\d.]+,"reasons":\[\{"field":"phones","code":"phone_same".*200$/,
    ],
    ['onDuplicate=reject', /"code":"duplicate_found".*409$/],
    ['duplicates/scan', /"type":"duplicate-scan","status":"(?:queued|running)".*202$/],
    ['/v1/jobs/13?wait=30', /"status":"completed".*200$/],
    ['duplicates/groups?minScore', /"id":11,"memberIds":\[11,13\].*200$/],
    ['groups/11/dismiss', /^204$/],
    ['groups?status=dismissed', /"id":11,"memberIds":\[11,13\].*"status":"dismissed".*200$/],
    ['groups/11/reopen', /^204$/],
    [
      'duplicates/settings',
      /^\{"fields":\["position"\],"schedule":"weekly","autoMerge":false,"autoMergeStopped":null\}200$/,
    ],
    ['duplicates/merge?dryRun', /"type":"duplicate-merge","status":"(?:queued|running)".*202$/],
    ['contacts/duplicates/merge', /"type":"duplicate-merge","status":"(?:queued|running)".*202$/],
    ['/v1/jobs/17?wait=30', /"status":"completed".*"merged":0.*200$/],
    ['merges?automatic', /^\{"data":\[\],"page":\{"next":null,"prev":null\}\}200$/],
    ['/contact/fields -d', /"group":"Contract".*"settings":\{"min":"2020-01-01","default":"now\+365"\}.*201$/],
    ['/contact/fields -d', /"links":\[\{"name":"userFields.advisers.contact","type":"contact"\}.*201$/],
    ['"advisers": [', /"advisers":\[\{"type":"contact","id":3\}\].*200$/],
    ['userFields.advisers]=C_3', /"expanded":\{"userFields.advisers.contact":\[\{"id":3,.*200$/],
    ['"maxLength": 3', /"violations":\{"records":1,"complete":true,"ids":\[\d+\]\}.*200$/],
    ['labels=all', /"label":\{"en":"Delivery city","ru":"Город доставки"\}.*200$/],
    ['"filterable": true', /"filterable":true,"sortable":false.*200$/],
    ['index-advice', /^\{"data":\[\],"page":\{"next":null,"prev":null\}\}200$/],
    ['fields/delivery_city?dryRun', /^\{"records":1,"uses":\[\]\}200$/],
    ['file=@', /"name":"contacts.csv".*"links":.*"\/v1\/files\/5".*201$/],
    ['"photo"', /"photo":\{"id":5,"name":"contacts.csv","size":\d+\}.*200$/],
    ['-o copy.csv', /^200$/],
    ['-r 0-5', /^"\S+206$/],
    ['"Лосева"', /"lastName":"Лосева".*"isAdmin":true.*201$/],
    ['"Shop"', /"key":"kt_.*201$/],
    ['"PODCAST", "label"', /^\{"code":"PODCAST","label":"Podcast","sort":130,"system":false\}201$/],
    ['entries/WEB', /"label":"Our website".*"system":true\}200$/],
    ['"REGION", "name"', /^\{"code":"REGION","name":"Region"\}201$/],
    ['{"source": "PODCAST"}', /"source":"PODCAST".*200$/],
    ['DELETE $URL/v1/dictionaries/SOURCE', /^\{"records":1,"uses":.*"code":"entry_in_use".*409$/],
    ['PODCAST?replaceWith', /^\{"records":1,"uses":\[\{"type":"contact","field":"source","records":1\}\]\}200$/],
    ['"region"', /"path":"userFields.region".*201$/],
    [
      'dictionaries/REGION',
      /^\{"uses":\[\{"type":"company","field":"userFields.region"\}\].*"dictionary_in_use".*409$/,
    ],
    ['"JPY", "name"', /^\{"code":"JPY","name":"Japanese yen","digits":0,"sort":80,"isBase":false\}201$/],
    ['"reportCurrency"', /"baseCurrency":"RUB","reportCurrency":"USD","invoiceCurrency":"EUR".*"warnings":\[\]\}200$/],
    ['DELETE $URL/v1/currencies/USD', /"code":"currency_chosen".*409$/],
    ['JPY/rates/2026-01-01', /^\{"date":"2026-01-01","amount":"50","nominal":100\}201$/],
    ['printf', /^$/],
    ['@rates.csv', /^\{"created":2,"changed":0,"unchanged":0\}200$/],
    ['rates?from', /^\{"data":\[\{"date":"2026-01-15","amount":"81.5","nominal":1\}\].*200$/],
    ['Accept: text/csv', /^date,amount,nominal\r\n2026-01-15,81.5,1\r\n2026-01-01,80.25,1\r\n200$/],
    ['"to": "JPY"', /^\{"amount":"16300","currency":"JPY".*"rate":"163","rates":\[\{"currency":"USD".*200$/],
    [
      '"amounts"',
      /"detail":"There are no rates .* EUR \(2026-01-20\); USD \(2025-12-31\).*"rates_missing".*422$|"rates_missing".*422$/,
    ],
    ['scope=builtin', /^\{"scope":"builtin",.*"userFields.delivery_city".*"needsOneOf":\["firstName".*200$/],
    ['"scope": "common"', /^\{"scope":"common","pipelineId":null,.*"title":"Delivery".*"writable":true.*200$/],
    ['ru" -G $URL/v1/types/contact/card', /"title":"Человек".*"label":"Город доставки".*"warnings":\[\]\}200$/],
    ['force-common', /^\{"removed":0\}200$/],
    ['?scope=common', /^204$/],
    ['"plural": "deliveries"', /"code":"delivery","number":\d+,"system":false.*"parents":\["deal"\].*201$/],
    ['/types/delivery/fields', /"path":"userFields.weight".*201$/],
    ['/types/delivery/card', /"sections":\[.*200$/],
    ['первая машина', /"title":"Полки, первая машина".*"stageId":"NEW".*"dealId":1.*"weight":"120.50".*201$/],
    ['[userFields.weight][gt]', /"userFields":\{"weight":"120.50"\},"expanded":\{"deal":\{"id":1,.*200$/],
    ['-o model.json', /^200$/],
    ['@model.json', /^\{"created":\[\],"changed":\[\],"deleted":\[\],.*"unchanged":\d+,"refused":\[\]\}200$/],
    [
      '"shoe_size"',
      /^\{"created":\["types.contact.fields.shoe_size"\].*"deleted":\["types.contact.fields.delivery_city"\].*200$/,
    ],
    ['"readOnly"', /"scopes":\[\{"type":"\*","operations":\["read"\]\}\].*201$/],
    ['/rotate', /"key":"kt_.*"name":"Reports".*201$|"name":"Reports".*"key":"kt_.*201$/],
    ['event=key.changed', /"resource":"\/v1\/api-keys\/7".*"resource":"\/v1\/api-keys\/5".*200$/],
    ['"basic"', /"searchLimit":50000.*201$/],
    ['"Отдел продаж"', /^\{"id":3,"name":"Sales","parentId":1,"headId":null\}201$/],
    ['"Вера"', /^\{"id":5,.*"departmentIds":\[3\].*201$/],
    ['"Анна", "departmentIds"', /^\{"id":7,.*201$/],
    ['"Павел"', /^\{"id":9,.*201$/],
    ['"Ольга"', /^\{"id":11,.*201$/],
    ['{"headId"', /"headId":5\}200$/],
    [
      '$KEY" $URL/v1/roles',
      /"id":3,"name":"Head of department".*"id":5,"name":"Manager".*"id":7,"name":"Observer".*200$/,
    ],
    ['roles/3/members', /"members":\{"userIds":\[5\],"departments":\[\],"groupIds":\[\]\}\}200$/],
    ['roles/5/members', /"departments":\[\{"id":3,"withSub":false\}\],"groupIds":\[\]\}\}200$/],
    ['roles/7/members', /"userIds":\[11\].*200$/],
    [
      'roles?dryRun',
      /"effects":\[\{"userId":7,"type":"deal","pipelineId":3,"stageId":"WON","operation":"update","before":"own","after":"none"\},\{"userId":9,.*"effectsTotal":2\}201$/,
    ],
    ['Выигранные', /"name":"Won deals are closed".*"pipelineId":3,"stageId":"WON".*"userIds":\[7,9\].*201$/],
    ['"margin"', /"path":"userFields.margin".*201$/],
    ['margin/visibility', /^\{"restricted":true,"userIds":\[5\],"departments":\[\]\}200$/],
    ['-o anna.json', /^201$/],
    ['sed ', /^$/],
    ['"Парты для школы"', /"id":11,.*"responsibleId":7.*201$/],
    [
      'fields=id,title -d count',
      /^\{"data":\[\{"id":11,"title":"Парты для школы"\}\].*"total":1,"totalKind":"exact"\}200$/,
    ],
    ['deals/11 -d \'{"stageId"', /"stageSemantic":"success".*"userFields":\{\}.*200$/],
    ['{"title": "Парты"}', /"code":"forbidden".*403$/],
    [
      '11/access',
      /"update":\{"allowed":false,"level":"none",.*"name":"Manager","level":"own","from":"type","counts":false\},\{"id":11,"name":"Won deals are closed","level":"none","from":"stage","counts":true\}.*200$/,
    ],
    ['/me/access', /^\{"userId":7,.*"available":true.*"through":\[\{"departmentId":3,"withSub":false\}\].*200$/],
    ['@anna.txt $URL/v1/deals/1', /"code":"record_not_found".*404$/],
    ['filter[userFields.margin]', /"code":"unknown_field".*400$/],
    ['"Розничный отдел"', /^\{"id":5,"name":"Retail","parentId":3,"headId":null\}201$/],
    ['departments/5', /^\{"id":5,"name":"Retail","parentId":1,"headId":null\}200$/],
    ['"Ключевые клиенты"', /^\{"id":1,"name":"Key accounts","userIds":\[7,9\]\}201$/],
    ['groups/1', /"userIds":\[5,7\]\}200$/],
    ['-d groupId=1', /^\{"data":\[\{"id":5,"firstName":"Вера".*\{"id":7,"firstName":"Анна".*200$/],
    ['-X PATCH $URL/v1/me', /"language":"ru","timeZone":"Asia\/Omsk","crmHidden":true.*200$/],
    ['"responsibleId", "value": 7', /"type":"bulk".*202$/],
    ['/v1/jobs/19?wait=30', /"status":"completed".*"done":1,.*200$/],
    ['users/7', /^\{"id":7,.*"active":false.*200$/],
    ['@anna.txt $URL/v1/me', /"code":"user_inactive".*401$/],
    ['"Шкафы для офиса"', /"stageId":"EXECUTING".*201$/],
    ['/v1/analytics/funnel -d', /^\{"report":"funnel".*"key":\{"group":"EXECUTING"\}.*200$/],
    ['-o funnel.svg', /^200$/],
    ['/v1/analytics/trends -d', /^\{"report":"trends".*"compared":\{.*200$/],
    ['"as": "lost"', /^\{"report":"query".*"cells":\{"all":\{"value":4,.*"event":"lost".*200$/],
    [
      '"departmentId": 3, "amount"',
      /"scope":"department".*"scope":"user".*"amount":"500000","currency":"RUB","count":20.*200$/,
    ],
    ['-d scope=user', /^\{"data":\[\{"id":3,"version":1,"month":"2027-01","type":"deal","scope":"user".*200$/],
    ['"name": "Sources"', /^\{"id":1,"version":1,"name":"Sources","report":"query".*201$/],
    ['"savedReportId": 1', /^\{"id":3,"version":1,"name":"Sales","tiles":\[\{.*"savedReportId":1.*201$/],
    ['dashboards/3/data', /^\{"id":3,"name":"Sales","tiles":\[\{"title":"Sources".*"title":"All deals".*200$/],
    ['"Funnel of last week"', /"schedule":\{"every":"week","weekday":1,.*"nextRunAt":"2.*"lastJob":null\}.*201$/],
    ['-o instance.json', /^200$/],
    ['/v1/limits', /"filterConditions":50.*200$/],
    ['/metrics', /\nhttp_request_duration_seconds_count\{operation="getMe".*200$/s],
  ]

  it('has an expectation for each command', () => {
    expect(commands.map((command) => expected.find(([part]) => command.includes(part))?.[0] ?? command)).toEqual(
      expected.map(([part]) => part),
    )
  })

  it('does what it says, word for word', async () => {
    for (const [index, command] of commands.entries()) {
      expect(await run(command)).toMatch(expected[index]![1])
    }
  }, 300_000)
})
