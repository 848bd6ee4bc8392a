import Type from 'typebox'
import { enumOf, nullable, ref } from '../schema/build.ts'

/** Settings of the whole instance. */
const settings = {
  crmEnabled: Type.Boolean({
    description:
      'Whether the CRM is switched on. While it is off, only settings and people are available. Only portal administrators can change it.',
  }),
  plan: Type.String({
    maxLength: 50,
    description: 'Code of the plan in force. Only portal administrators can change it.',
    examples: ['default'],
  }),
  country: Type.String({
    maxLength: 60,
    description: 'Country (ISO 3166) of phone numbers that are written without a country code.',
    examples: ['RU'],
  }),
  language: enumOf(['en', 'ru'], { description: 'Default language for requests that do not specify one.' }),
  timeZone: Type.String({
    maxLength: 60,
    description: 'Default time zone for users who have not set one.',
    examples: ['Europe/Moscow'],
  }),
  fiscalYearStart: Type.Integer({
    minimum: 1,
    maximum: 12,
    description: 'Month in which the fiscal year begins, from 1 to 12. Used by `thisFiscalYear` and `lastFiscalYear`.',
    examples: [4],
  }),
  opened: Type.Boolean({
    description: 'Default of the `opened` field: whether new records are available to everyone.',
  }),
  requireIfMatch: Type.Boolean({
    description:
      'Whether requests that change or delete a record, including by external key, must send `If-Match` with the record version (`ifMatch` in a batch). Bulk actions do not need it.',
  }),
  recycleBinDays: Type.Integer({
    minimum: 1,
    maximum: 3650,
    description: 'Number of days a deleted record stays in the recycle bin. After that it is purged.',
    examples: [30],
  }),
  baseCurrency: Type.String({
    maxLength: 3,
    description:
      'Code of the base currency: that of new records, to which rates are relative. Changing it recalculates neither rates nor records.',
    examples: ['RUB'],
  }),
  reportCurrency: nullable(Type.String({ maxLength: 3 }), {
    description: 'Code of the currency of reports. Null stands for the base currency.',
    examples: ['USD'],
  }),
  invoiceCurrency: nullable(Type.String({ maxLength: 3 }), {
    description: 'Code of the currency of new invoices. Null stands for the base currency.',
    examples: ['EUR'],
  }),
  historyMonths: nullable(Type.Integer({ minimum: 1, maximum: 1200 }), {
    description:
      'Number of months to keep the history of records. Null keeps it forever. Stage history is not affected.',
  }),
}

const allSettings = {
  ...settings,
  leadMode: enumOf(['classic', 'simple'], {
    description:
      'What happens to new leads. With `simple` they are converted at once. `POST /v1/leads/mode` changes it.',
  }),
}

/** Settings of the whole instance. */
export const Settings = Type.Object(allSettings, {
  $id: 'Settings',
  description: 'Settings of the whole instance.',
})

/** Something that a change of settings does not do. */
export const SettingsWarning = Type.Object(
  {
    setting: Type.String({ description: 'Name of the setting.', examples: ['baseCurrency'] }),
    code: enumOf(['base_currency_changed'], { description: 'Code of the warning.' }),
    message: Type.String({ description: "Human-readable message in the caller's language." }),
  },
  { $id: 'SettingsWarning', description: 'Something that a change of settings does not do.' },
)

/** The settings after a change. */
export const ChangedSettings = Type.Object(
  {
    ...allSettings,
    warnings: Type.Array(ref(SettingsWarning), {
      description: 'What the change does not do: after a change of the base currency, rates and records are as before.',
    }),
  },
  { $id: 'ChangedSettings', description: 'The settings after a change.' },
)

/** The settings to change. */
export const SettingsChange = Type.Partial(Type.Object(settings), {
  $id: 'SettingsChange',
  additionalProperties: false,
  description: 'Settings to change. Absent settings keep their values.',
  examples: [{ recycleBinDays: 60 }],
})
export type SettingsChange = Type.Static<typeof SettingsChange>
