import { Big } from 'big.js'
import { nearest } from '../errors/nearest.ts'
import { outsideLimits } from '../errors/outside-limits.ts'
import type { Fault } from '../errors/problem.ts'
import type { Field, FieldSettings } from '../fields/field.ts'
import { kindOf } from '../fields/kinds/kinds.ts'
import { faultOfPattern } from '../fields/pattern.ts'
import type { Context, Value } from '../fields/value.ts'

/** The context for reading settings, and the list that collects their faults. */
export interface SettingsReading {
  /** The codes of the record types. */
  types: readonly string[]
  context: Context
  faults: Fault[]
}

/** What settings depend on. */
type SettingsOwner = Pick<Field, 'kind' | 'multiple' | 'options' | 'typeId'>

/**
 * Reads the settings of a user field over the present ones. Null clears a setting. Limits and the default become values
 * of the field, so that a decimal or an instant is stored as values are.
 */
export function readSettings(
  given: Readonly<Record<string, unknown>>,
  owner: SettingsOwner,
  reading: SettingsReading,
  present: FieldSettings = {},
): FieldSettings {
  const { faults } = reading
  const known = faults.length
  const kind = kindOf(owner)
  const settings = withoutNulls({ ...present, ...given })
  for (const name of Object.keys(given).filter((name) => !(kind.settings as readonly string[]).includes(name)))
    faults.push({ pointer: `/settings/${name}`, code: 'not_allowed_here', allowed: kind.settings })
  for (const name of kind.needs ?? [])
    if (settings[name] === undefined) faults.push({ pointer: `/settings/${name}`, code: 'required' })
  if (faults.length > known) return settings
  checkNames(settings, reading)
  const past = [...(present.types ?? []), ...(present.pastTypes ?? [])].filter(
    (code) => !settings.types?.includes(code),
  )
  if (past.length) settings.pastTypes = [...new Set(past)]
  else delete settings.pastTypes
  checkLengths(settings, kind.longest ?? Number.POSITIVE_INFINITY, faults)
  const limited = { ...settings, ...readBounds(settings, owner, reading) }
  // A default is checked against valid limits only.
  if (faults.length > known || settings.default === undefined) return limited
  const initial = readValue('default', settings.default, { ...owner, settings: limited }, reading)
  return initial === undefined ? limited : { ...limited, default: initial }
}

function withoutNulls(settings: object): FieldSettings {
  return Object.fromEntries(Object.entries(settings).filter(([, value]) => value !== null))
}

function checkNames({ dictionary, types: named = [] }: FieldSettings, { types, context, faults }: SettingsReading) {
  const dictionaries = [...context.lookups.dictionaries.keys()]
  if (dictionary !== undefined && !dictionaries.includes(dictionary)) {
    const hint = nearest(dictionary, dictionaries)
    faults.push({
      pointer: '/settings/dictionary',
      code: 'unknown_value',
      allowed: dictionaries,
      ...(hint && { hint }),
    })
  }
  for (const [index, name] of named.entries()) {
    const pointer = `/settings/types/${index}`
    const hint = nearest(name, types)
    if (!types.includes(name)) faults.push({ pointer, code: 'unknown_type', params: { name }, ...(hint && { hint }) })
    else if (named.indexOf(name) < index) faults.push({ pointer, code: 'duplicate_value' })
  }
}

function checkLengths({ minLength = 0, maxLength, pattern }: FieldSettings, longest: number, faults: Fault[]): void {
  const fault = pattern === undefined ? undefined : faultOfPattern(pattern)
  if (fault) faults.push({ pointer: '/settings/pattern', code: fault })
  if (maxLength !== undefined && (maxLength > longest || maxLength < minLength)) {
    const max = Number.isFinite(longest) ? longest : undefined
    faults.push({ pointer: '/settings/maxLength', ...outsideLimits({ min: Math.max(1, minLength), max }) })
  } else if (minLength > longest) {
    faults.push({ pointer: '/settings/minLength', code: 'out_of_range', params: { min: 0, max: longest } })
  }
}

function readBounds(
  { min, max, ...others }: FieldSettings,
  owner: SettingsOwner,
  reading: SettingsReading,
): Pick<FieldSettings, 'min' | 'max'> {
  const single = { ...owner, multiple: false, settings: others }
  const bounds = Object.entries({ min, max }).flatMap(([name, bound]) => {
    const value = bound === undefined ? undefined : readValue(name, bound, single, reading)
    return value === undefined || value === null ? [] : [[name, value as number | string] as const]
  })
  const read: Pick<FieldSettings, 'min' | 'max'> = Object.fromEntries(bounds)
  if (read.min !== undefined && read.max !== undefined && isAbove(read.min, read.max)) {
    reading.faults.push({ pointer: '/settings/max', ...outsideLimits({ min: read.min }) })
  }
  return read
}

/** Reads a setting as a value of the field. A word such as `now` stays: it stands for a value of each new record. */
function readValue(
  name: string,
  value: unknown,
  owner: SettingsOwner & Pick<Field, 'settings'>,
  { context, faults }: SettingsReading,
): Value | undefined {
  const field = { ...owner, userFieldId: 0 } as Field
  const kind = kindOf(field)
  const isWord =
    name === 'default' &&
    !owner.multiple &&
    typeof value === 'string' &&
    kind.defaultWord?.(value, context) !== undefined
  return isWord ? value : kind.read(value, { field, context, pointer: `/settings/${name}`, faults }, null)
}

const decimalForm = /^-?\d+(\.\d+)?$/

function isAbove(low: number | string, high: number | string): boolean {
  if (decimalForm.test(String(low))) return new Big(low).gt(high)
  return String(low).replace('Z', '') > String(high).replace('Z', '')
}
