import { isIP } from 'node:net'

/** What a schema may say about the values of one variable. */
export interface Bounds {
  default?: unknown
  description?: string
  minimum?: number
  maximum?: number
  enum?: readonly unknown[]
}

/** How the text of a variable becomes a value; the schema judges the value afterwards. */
export interface Form {
  /** Ends the sentence "it takes …". */
  takes(bounds: Bounds): string
  /** `undefined` when the text has not even the form. */
  read(text: string): unknown
  /** The value as it would be written in the environment; `String` when absent. */
  write?(value: unknown): string
  /** A fault quotes this instead of the text, which may hold a secret. */
  quote?(text: string): string
}

/** A text that is taken as it stands. */
export const text = (takes: string): Form => ({ takes: () => takes, read: (value) => value })

/** One of the words of the schema. */
export const choice: Form = {
  takes: (bounds) => alternatives(bounds.enum?.map(String) ?? []),
  read: (value) => value,
}

/** A whole number within the schema's bounds. */
export const wholeNumber: Form = {
  takes: (bounds) => `a whole number from ${bounds.minimum} to ${bounds.maximum}`,
  read: (value) => (/^\d{1,15}$/.test(value) ? Number(value) : undefined),
}

/** True or false. */
export const trueOrFalse: Form = {
  takes: () => 'true or false',
  read: (value) => (value === 'true' ? true : value === 'false' ? false : undefined),
}

const units: Record<string, number> = { GB: 1024 ** 3, MB: 1024 ** 2, KB: 1024, '': 1 }

/** A number of bytes, also with KB, MB or GB (1024 each of the unit below). */
export const size: Form = {
  takes: (bounds) =>
    `a size from ${sizeText(bounds.minimum)} to ${sizeText(bounds.maximum)}, such as 65536, 512KB or 10MB`,
  read: (value) => {
    const [, digits, unit = ''] = /^(\d{1,12}) ?([KMG]B)?$/i.exec(value) ?? []
    return digits === undefined ? undefined : Number(digits) * units[unit.toUpperCase()]!
  },
  write: sizeText,
}

/** The address of a database, with a password in it. */
export const databaseUrl: Form = {
  takes: () => 'a URL such as postgres://user:password@host:5432/database',
  read: (value) => (URL.canParse(value) ? value : undefined),
  quote: (value) => `${/^\w+:\/\//.exec(value)?.[0] ?? ''}… (hidden, since it may hold a password)`,
}

/** A key, of which a fault tells only the length. */
export const secret: Form = {
  takes: () => '20 to 500 Latin letters, digits and signs without spaces',
  read: (value) => value,
  quote: (value) => `a key of ${value.length} characters`,
}

/** A key of another service, of which a fault tells only the length. */
export const foreignSecret: Form = {
  takes: () => 'a text without spaces',
  read: (value) => value,
  quote: (value) => `a text of ${value.length} characters`,
}

/** The address of this server for others. */
export const publicUrl: Form = {
  takes: () => 'an http:// or https:// URL without a slash at its end, a query or a password',
  read: (value) => {
    if (!/^https?:\/\/\S*[^/]$/.test(value) || !URL.canParse(value)) return undefined
    const url = new URL(value)
    return url.search + url.hash + url.username + url.password === '' ? value : undefined
  },
}

/** Origins of web pages, or a star for all of them. */
export const origins: Form = {
  takes: () => 'origins such as https://crm.example.com with commas between them, or *',
  read: (value) => (value === '*' || list(value).every(isOrigin) ? list(value) : undefined),
}

/** How far the headers of proxies are believed. */
export const proxies: Form = {
  takes: () => 'true, false, the number of proxies (1 to 100), or their addresses with commas between them',
  read: (value) =>
    trueOrFalse.read(value) ?? wholeNumber.read(value) ?? (list(value).every(isNetwork) ? list(value) : undefined),
}

function alternatives(words: string[]): string {
  return words.length < 2 ? words.join() : `${words.slice(0, -1).join(', ')} or ${words.at(-1)}`
}

function sizeText(value: unknown): string {
  const bytes = Number(value)
  const [unit = '', factor = 1] = Object.entries(units).find(([, factor]) => bytes % factor === 0) ?? []
  return `${bytes / factor}${unit}`
}

function list(value: string): string[] {
  return value.split(',').map((part) => part.trim())
}

function isOrigin(value: string): boolean {
  return /^https?:/.test(value) && URL.canParse(value) && new URL(value).origin === value
}

function isNetwork(value: string): boolean {
  const [address = '', bits, more] = value.split('/')
  const longest = isIP(address) === 6 ? 128 : 32
  return isIP(address) > 0 && more === undefined && (bits === undefined || (/^\d{1,3}$/.test(bits) && +bits <= longest))
}
