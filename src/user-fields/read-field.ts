import type { EntityType } from '../entities/catalogue.ts'
import { type Fault, invalid } from '../errors/problem.ts'
import type { Field, FieldSettings } from '../fields/field.ts'
import { kindOf } from '../fields/kinds/kinds.ts'
import { faultOfPattern } from '../fields/pattern.ts'
import type { Context, Value } from '../fields/value.ts'
import { readLabels } from '../http/labels.ts'
import type { FieldChangeBody, NewFieldBody, OptionBody } from './field-requests.ts'
import { marksIn, refuseMarks } from './index-marks.ts'
import type { NewUserField, UserFieldChange } from './write-user-field.ts'

/** Reads the body of a new field. Throws every fault at once. */
export function readNewField(body: NewFieldBody, type: EntityType, context: Context): NewUserField {
  const {
    code,
    kind,
    multiple = false,
    label,
    help = null,
    sort = 100,
    required = false,
    settings = {},
    options = [],
    inCard = true,
  } = body
  const faults: Fault[] = []
  const about = kindOf({ kind: kind as Field['kind'] })
  if (type.fields.some((field) => field.code === code && field.userFieldId === null)) {
    faults.push({ pointer: '/code', code: 'reserved_code', params: { code } })
  }
  if (multiple && about.user !== 'multiple') faults.push({ pointer: '/multiple', code: 'not_allowed_here' })
  for (const name of Object.keys(settings).filter((name) => !about.settings.includes(name as keyof FieldSettings))) {
    faults.push({ pointer: `/settings/${name}`, code: 'not_allowed_here', allowed: about.settings })
  }
  const field: NewUserField = {
    code,
    multiple,
    sort,
    required,
    inCard,
    ...marksIn(body),
    kind: kind as Field['kind'],
    settings: settings as FieldSettings,
    label: readLabels(label),
    help: help === null ? null : readLabels(help),
    options: readOptions(options, about.hasOptions ?? false, faults),
  }
  refuseMarks({ ...field, userFieldId: 0 } as Partial<Field> as Field, field, faults)
  if (!faults.length) checkSettings(field, type, context, faults)
  if (faults.length) throw invalid(faults)
  return field
}

/** Reads the body of a change of a field. Throws every fault at once. */
export function readFieldChange(body: FieldChangeBody, field: Field): UserFieldChange {
  const { label, help, sort, required, options } = body
  const faults: Fault[] = []
  const marks = marksIn(body)
  const change = {
    ...(label && { label: readLabels(label, field.label) }),
    ...(help !== undefined && { help: help === null ? null : readLabels(help, field.help ?? undefined) }),
    ...(sort !== undefined && { sort }),
    ...(required !== undefined && { required }),
    ...marks,
    ...(options && { options: readOptions(options, kindOf(field).hasOptions ?? false, faults) }),
  }
  refuseMarks(field, marks, faults)
  if (faults.length) throw invalid(faults)
  return change
}

function readOptions(options: readonly OptionBody[], expected: boolean, faults: Fault[]): NewUserField['options'] {
  if (!expected && options.length) faults.push({ pointer: '/options', code: 'not_allowed_here' })
  if (expected && !options.length) faults.push({ pointer: '/options', code: 'required' })
  for (const [index, { code }] of options.entries()) {
    const isRepeated = options.findIndex((one) => one.code === code) < index
    if (isRepeated) faults.push({ pointer: `/options/${index}/code`, code: 'duplicate_value' })
  }
  return options.map(({ code, label, sort, default: isDefault = false }, index) => ({
    code,
    label: readLabels(label),
    sort: sort ?? (index + 1) * 10,
    default: isDefault,
  }))
}

/** Checks that limits and default are valid values of the field, and that the default is within the limits. */
function checkSettings(field: NewUserField, type: EntityType, context: Context, faults: Fault[]): void {
  const { min, max, minLength, maxLength, pattern, default: initial, ...rest } = field.settings
  const read = (name: string, value: unknown, settings: FieldSettings) => {
    const made = {
      ...field,
      multiple: name === 'default' && field.multiple,
      settings,
      typeId: type.id,
      userFieldId: 0,
    } as Field & NewUserField
    const place = { field: made, context, pointer: `/settings/${name}`, faults }
    const isWord = value === 'now' && kindOf(made).defaultWord?.(value, context) !== undefined
    return isWord ? value : kindOf(made).read(value, place, null)
  }
  const wrong = pattern === undefined ? undefined : faultOfPattern(pattern)
  if (wrong) faults.push({ pointer: '/settings/pattern', code: wrong })
  const [low, high] = [min, max].map((bound, index) => bound !== undefined && read(index ? 'max' : 'min', bound, rest))
  if (min !== undefined && max !== undefined && isAbove(low, high))
    faults.push({ pointer: '/settings/max', code: 'out_of_range', params: { min, max: '…' } })
  if (minLength !== undefined && maxLength !== undefined && minLength > maxLength) {
    faults.push({ pointer: '/settings/maxLength', code: 'out_of_range', params: { min: minLength, max: '…' } })
  }
  if (initial !== undefined && !faults.length) read('default', initial, field.settings)
}

function isAbove(low: Value | undefined | false, high: Value | undefined | false): boolean {
  if (typeof low === 'string' && /^-?\d+(\.\d+)?$/.test(low)) return Number(low) > Number(high)
  return low !== undefined && high !== undefined && low !== null && high !== null && low > high
}
