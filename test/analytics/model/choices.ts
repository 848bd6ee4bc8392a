/** The time of all requests. Nothing in a world happens later. */
export const now = Date.parse('2026-04-15T10:23:45.678Z')
/** The first date of all worlds. */
export const first = '2024-12-20'
/** The number of dates of all worlds. */
export const days = 481

/** Zones with and without clock changes. In Beirut a day can begin at one o'clock, on Lord Howe clocks change by half an hour. */
export const zones = [
  ...[
    'UTC',
    'Europe/Berlin',
    'America/New_York',
    'Asia/Kolkata',
    'Europe/Moscow',
    'Australia/Lord_Howe',
    'Asia/Beirut',
  ],
]
/** The currencies of amounts with their digits. The first is the base currency. */
const digits: Readonly<Record<string, number>> = { USD: 2, RUB: 2, EUR: 2, JPY: 0, KWD: 3 }
/** The currencies of amounts. The first is the base currency. */
export const currencies = Object.keys(digits)
/** Returns the number of digits to which amounts in a currency are rounded. */
export const digitsOf = (currency: string) => digits[currency]!
/** The sources of records. */
export const sources = ['CALL', 'WEB', 'ADVERTISING', null]
/** The reasons of failures. */
export const reasons = ['PRICE', 'COMPETITOR', null]
/** The first month of fiscal years. */
export const fiscalYearStart = 4
