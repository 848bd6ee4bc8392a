import { isIP } from 'node:net'

/** Format of a variable: converts its text to a value. */
export interface ValueFormat<Value> {
  /** Completes the sentence "it must be …". */
  takes: string
  /** Returns the value, or `undefined` when the text is not valid. */
  read(text: string): Value | undefined
  /** Returns what the error message shows instead of the text, which may contain a secret. */
  quote?(text: string): string
}

/** Text that matches a pattern. */
export const text = (takes: string, pattern: RegExp): ValueFormat<string> => ({
  takes,
  read: (value) => (pattern.test(value) ? value : undefined),
})

/** One of these words. */
export const choice = <Word extends string>(...words: Word[]): ValueFormat<Word> => ({
  takes: `${words.slice(0, -1).join(', ')} or ${words.at(-1)}`,
  read: (value) => words.find((word) => word === value),
})

/** A whole number. */
export const wholeNumber = (least: number, most: number): ValueFormat<number> => ({
  takes: `a whole number from ${least} to ${most}`,
  read: (value) => (/^\d{1,15}$/.test(value) ? within(Number(value), least, most) : undefined),
})

/** A Boolean. */
export const trueOrFalse: ValueFormat<boolean> = {
  takes: 'true or false',
  read: (value) => (value === 'true' ? true : value === 'false' ? false : undefined),
}

/** A size in bytes, optionally with KB, MB or GB (powers of 1024). */
export const size = (least: string, most: string): ValueFormat<number> => ({
  takes: `a size from ${least} to ${most}, such as 65536, 512KB or 10MB`,
  read: (value) => within(bytesIn(value), bytesIn(least), bytesIn(most)),
})

/** The URL of a database. It may contain a password. */
export const databaseUrl: ValueFormat<string> = {
  takes: 'a URL such as postgres://user:password@host:5432/database',
  read: (value) => (/^postgres(?:ql)?:\/\/\S+$/.test(value) && URL.canParse(value) ? value : undefined),
  quote: (value) => `${/^\w+:\/\//.exec(value)?.[0] ?? ''}… (hidden because it may contain a password)`,
}

/** A key. Error messages show only its length. */
export const secret: ValueFormat<string> = {
  ...text('20 to 500 printable ASCII characters without spaces', /^[!-~]{20,500}$/),
  quote: (value) => `a key of ${value.length} characters`,
}

/** A key of another service. Error messages show only its length. */
export const foreignSecret: ValueFormat<string> = {
  ...text('text without spaces', /^[!-~]{1,200}$/),
  quote: (value) => `text of ${value.length} characters`,
}

/** A public base URL. */
export const publicUrl: ValueFormat<string> = {
  takes: 'an http:// or https:// URL without a trailing slash, query or password',
  read: (value) => {
    if (!/^https?:\/\/\S*[^/]$/.test(value) || !URL.canParse(value)) return undefined
    const url = new URL(value)
    return url.search + url.hash + url.username + url.password === '' ? value : undefined
  },
}

/** A list of web origins, or `*` for all. */
export const origins: ValueFormat<string[]> = {
  takes: 'a list of origins such as https://crm.example.com, separated by commas, or *',
  read: (value) => (value === '*' ? ['*'] : listOf(value, isOrigin)),
}

const hops = wholeNumber(1, 100)

/** The proxies to trust. */
export const proxies: ValueFormat<boolean | number | string[]> = {
  takes: 'true, false, the number of proxies (1 to 100), or a list of their addresses, separated by commas',
  read: (value) => trueOrFalse.read(value) ?? hops.read(value) ?? listOf(value, isNetwork),
}

function within(value: number, least: number, most: number): number | undefined {
  return least <= value && value <= most ? value : undefined
}

const units: Record<string, number> = { GB: 1024 ** 3, MB: 1024 ** 2, KB: 1024, '': 1 }

/** Returns the number of bytes that a size stands for, or NaN when it is not a size. */
function bytesIn(value: string): number {
  const [, digits, unit = ''] = /^(\d{1,12}) ?([KMG]B)?$/i.exec(value) ?? []
  return digits === undefined ? Number.NaN : Number(digits) * units[unit.toUpperCase()]!
}

/** Returns the parts of a list separated by commas, or `undefined` when one is not valid. */
function listOf(value: string, isValid: (part: string) => boolean): string[] | undefined {
  const parts = value === '' ? [] : value.split(',').map((part) => part.trim())
  return parts.every(isValid) ? parts : undefined
}

function isOrigin(value: string): boolean {
  return /^https?:/.test(value) && URL.canParse(value) && new URL(value).origin === value
}

function isNetwork(value: string): boolean {
  const [address = '', bits, more] = value.split('/')
  const longest = isIP(address) === 6 ? 128 : 32
  return isIP(address) > 0 && more === undefined && (bits === undefined || (/^\d{1,3}$/.test(bits) && +bits <= longest))
}
