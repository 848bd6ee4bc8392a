import { type Account, changing, type Plural, type TemporaryField } from './account.ts'
import type { Random } from './random.ts'

/**
 * Values for fields that are created and deleted. Each value names its field, and most have a number, so that a
 * misplaced value is detected.
 */
export interface PassingValues {
  userFields: Record<string, unknown>
  /** Records that the values were written. */
  acknowledge(): void
}

/** Returns values for some fields of a type, some of which may be deleted. */
export function passingValues(account: Account, plural: Plural, random: Random): PassingValues {
  const fields = account.fields.filter((field) => field.plural === plural && random.chance(0.3))
  const number = account.next++
  return {
    userFields: Object.fromEntries(fields.map((field) => [field.code, aValue(field, number, random, account)])),
    acknowledge: () => void account.acknowledged.set(number, performance.now()),
  }
}

/** Returns the number prefix of a field, by its code. */
const numberOf = ({ plural, code }: Pick<TemporaryField, 'plural' | 'code'>) =>
  10 + changing.indexOf(plural) * 10 + Number(code.slice(-1))

function aValue(field: TemporaryField, number: number, random: Random, account: Account): unknown {
  if (random.chance(0.1)) return null
  const one = oneValue(field, number, random, account)
  return field.multiple ? [one] : one
}

function oneValue(field: TemporaryField, number: number, random: Random, { files }: Account): unknown {
  const whole = numberOf(field) * 1e9 + number
  switch (field.kind) {
    case 'string':
    case 'text':
      return `${field.code} ${number}`
    case 'integer':
      return whole
    case 'decimal':
      return `${whole}.50`
    case 'money':
      return { amount: `${whole}.50`, currency: 'RUB' }
    case 'date':
      return `20${numberOf(field)}-01-01`
    case 'datetime':
      return `20${numberOf(field)}-01-01T00:00:00Z`
    case 'enumeration':
      return field.options.length ? random.pick(field.options) : null
    case 'file':
      return files.length ? { id: random.pick(files) } : null
    default:
      return random.chance(0.5)
  }
}

/** Returns what is wrong with a record's value in such a field. */
export function faultOf(account: Account, field: TemporaryField, value: unknown): string | undefined {
  if (value === null) return
  if (field.multiple) return (value as unknown[]).map((one) => faultOfOne(account, field, one)).find(Boolean)
  return faultOfOne(account, field, value)
}

function faultOfOne(account: Account, field: TemporaryField, value: unknown): string | undefined {
  switch (field.kind) {
    case 'string':
    case 'text': {
      const [code, number] = String(value).split(' ')
      return code === field.code ? old(account, field, Number(number)) : `a text of ${code}`
    }
    case 'integer':
    case 'decimal':
    case 'money': {
      const number = Number(field.kind === 'money' ? (value as { amount: string }).amount : value)
      if (Math.floor(number / 1e9) !== numberOf(field)) return `a number of another field: ${number}`
      return old(account, field, Math.floor(number % 1e9))
    }
    case 'date':
    case 'datetime':
      return String(value).startsWith(`20${numberOf(field)}-01-01`) ? undefined : `a time of another field: ${value}`
    case 'enumeration':
      return field.options.includes(value as string) ? undefined : `${value}, which is none of ${field.options}`
  }
  return
}

/** A value acknowledged before its field was requested belongs to an earlier field. */
function old({ acknowledged }: Account, { askedAt }: TemporaryField, number: number): string | undefined {
  const at = acknowledged.get(number)
  return at !== undefined && at < askedAt ? `value ${number}, which is older than the field` : undefined
}
