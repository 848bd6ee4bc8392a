import { isIP } from 'node:net'

/** Schema keywords of a variable that its format uses. */
export interface Bounds {
  default?: unknown
  description?: string
  minimum?: number
  maximum?: number
  enum?: readonly unknown[]
}

/** Format of a variable: converts its text to a value. The schema validates the value afterwards. */
export interface Form {
  /** Completes the sentence "it must be …". */
  takes(bounds: Bounds): string
  /** Returns the value, or `undefined` when the text does not have this format. */
  read(text: string): unknown
  /** Formats the value as in the environment. Default: `String`. */
  write?(value: unknown): string
  /** Returns what the error message shows instead of the text, which may contain a secret. */
  quote?(text: string): string
}

/** Any text. */
export const text = (takes: string): Form => ({ takes: () => takes, read: (value) => value })

/** One of the values in the schema's `enum`. */
export const choice: Form = {
  takes: (bounds) => alternatives(bounds.enum?.map(String) ?? []),
  read: (value) => value,
}

/** A whole number within the bounds of the schema. */
export const wholeNumber: Form = {
  takes: (bounds) => `a whole number from ${bounds.minimum} to ${bounds.maximum}`,
  read: (value) => (/^\d{1,15}$/.test(value) ? Number(value) : undefined),
}

/** A Boolean. */
export const trueOrFalse: Form = {
  takes: () => 'true or false',
  read: (value) => (value === 'true' ? true : value === 'false' ? false : undefined),
}

const units: Record<string, number> = { GB: 1024 ** 3, MB: 1024 ** 2, KB: 1024, '': 1 }

/** A size in bytes, optionally with KB, MB or GB (powers of 1024). */
export const size: Form = {
  takes: (bounds) =>
    `a size from ${sizeText(bounds.minimum)} to ${sizeText(bounds.maximum)}, such as 65536, 512KB or 10MB`,
  read: (value) => {
    const [, digits, unit = ''] = /^(\d{1,12}) ?([KMG]B)?$/i.exec(value) ?? []
    return digits === undefined ? undefined : Number(digits) * units[unit.toUpperCase()]!
  },
  write: sizeText,
}

/** The URL of a database. It may contain a password. */
export const databaseUrl: Form = {
  takes: () => 'a URL such as postgres://user:password@host:5432/database',
  read: (value) => (URL.canParse(value) ? value : undefined),
  quote: (value) => `${/^\w+:\/\//.exec(value)?.[0] ?? ''}… (hidden, since it may hold a password)`,
}

/** A key. Error messages show only its length. */
export const secret: Form = {
  takes: () => '20 to 500 Latin letters, digits and signs without spaces',
  read: (value) => value,
  quote: (value) => `a key of ${value.length} characters`,
}

/** A key of another service. Error messages show only its length. */
export const foreignSecret: Form = {
  takes: () => 'text without spaces',
  read: (value) => value,
  quote: (value) => `text of ${value.length} characters`,
}

/** A public base URL. */
export const publicUrl: Form = {
  takes: () => 'an http:// or https:// URL without a trailing slash, query or password',
  read: (value) => {
    if (!/^https?:\/\/\S*[^/]$/.test(value) || !URL.canParse(value)) return undefined
    const url = new URL(value)
    return url.search + url.hash + url.username + url.password === '' ? value : undefined
  },
}

/** A list of web origins, or `*` for all. */
export const origins: Form = {
  takes: () => 'a list of origins such as https://crm.example.com, separated by commas, or *',
  read: (value) => (value === '*' || list(value).every(isOrigin) ? list(value) : undefined),
}

/** The proxies to trust. */
export const proxies: Form = {
  takes: () => 'true, false, the number of proxies (1 to 100), or a list of their addresses, separated by commas',
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
