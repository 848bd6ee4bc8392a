import { type Fault, invalid } from '../errors/problem.ts'
import type { Field, FieldOption } from '../fields/field.ts'
import { kindOf } from '../fields/kinds/kinds.ts'
import { readLabels } from '../http/labels.ts'
import type { FieldChangeBody, NewFieldBody, OptionBody } from './field-requests.ts'
import { marksIn, refuseMarks } from './index-marks.ts'
import { readSettings, type SettingsReading } from './read-settings.ts'
import type { NewUserField, UserFieldChange } from './write-user-field.ts'

/** What a field is read with: the fields of its type, the codes of the record types and the caller's context. */
export type FieldReading = Omit<SettingsReading, 'faults'> & {
  type: { id: number; fields: readonly Field[] }
}

/** Reads the body of a new field. Throws every fault at once. */
export function readNewField(body: NewFieldBody, { type, ...reading }: FieldReading): NewUserField {
  const { code, multiple = false, label, help = null, group = null, sort = 100 } = body
  const { required = false, settings = {}, options = [], inCard = true } = body
  const kind = body.kind as Field['kind']
  const faults: Fault[] = []
  const about = kindOf({ kind })
  if (type.fields.some((field) => field.code === code && field.userFieldId === null)) {
    faults.push({ pointer: '/code', code: 'reserved_code', params: { code } })
  }
  if (multiple && about.user !== 'multiple') faults.push({ pointer: '/multiple', code: 'not_allowed_here' })
  const field: Omit<NewUserField, 'settings'> = {
    ...{ code, kind, multiple, sort, required, inCard, ...marksIn(body) },
    label: readLabels(label),
    help: help === null ? null : readLabels(help),
    group: group === null ? null : readLabels(group),
    options: readOptions(options, about.hasOptions ?? false, faults),
  }
  const read = readSettings(settings, { ...field, typeId: type.id }, { ...reading, faults })
  const made = { ...field, settings: read, typeId: type.id, key: '', userFieldId: 0 } as Partial<Field> as Field
  refuseMarks(made, field, faults)
  if (faults.length) throw invalid(faults)
  return { ...field, settings: read }
}

/** Reads the body of a change of a field. Throws every fault at once. */
export function readFieldChange(body: FieldChangeBody, field: Field, reading: FieldReading): UserFieldChange {
  const { label, help, group, sort, required, options, settings } = body
  const faults: Fault[] = []
  const marks = marksIn(body)
  const optional = (given: typeof help, before: Field['help']) =>
    given === null || given === undefined ? null : readLabels(given, before ?? undefined)
  const change = {
    ...(label && { label: readLabels(label, field.label) }),
    ...(help !== undefined && { help: optional(help, field.help) }),
    ...(group !== undefined && { group: optional(group, field.group) }),
    ...(sort !== undefined && { sort }),
    ...(required !== undefined && { required }),
    ...marks,
    ...(options && { options: readOptions(options, kindOf(field).hasOptions ?? false, faults) }),
    ...(settings && { settings: readSettings(settings, field, { ...reading, faults }, field.settings) }),
  }
  refuseMarks(field, marks, faults)
  if (faults.length) throw invalid(faults)
  return change
}

function readOptions(options: readonly OptionBody[], expected: boolean, faults: Fault[]): readonly FieldOption[] {
  if (!expected && options.length) faults.push({ pointer: '/options', code: 'not_allowed_here' })
  if (expected && !options.length) faults.push({ pointer: '/options', code: 'required' })
  for (const name of ['code', 'externalCode'] as const) {
    const seen = new Set<string>()
    for (const [index, { [name]: code }] of options.entries()) {
      if (code === undefined || code === null) continue
      if (seen.has(code)) faults.push({ pointer: `/options/${index}/${name}`, code: 'duplicate_value' })
      seen.add(code)
    }
  }
  return options.map(({ code, label, sort, default: isDefault = false, externalCode = null }, index) => ({
    code,
    label: readLabels(label),
    sort: sort ?? (index + 1) * 10,
    default: isDefault,
    externalCode,
  }))
}
