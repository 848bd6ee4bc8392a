import { faultMessage } from '../errors/messages.ts'
import type { Field } from '../fields/field.ts'
import { kindOf } from '../fields/kinds/kinds.ts'
import { labelFor } from '../http/labels.ts'
import { keysRequiredIn } from '../pipelines/stage-entry.ts'
import { defaultOf } from '../records/write/defaults.ts'
import { toFieldDocument } from '../user-fields/field-requests.ts'
import { builtInCard } from './built-in.ts'
import type { CardScope, CardSection, SavedCards } from './card.ts'
import type { CardRequest } from './card-request.ts'
import type { CardDocument } from './schemas.ts'

/** Returns the card that applies, beginning with a scope: the personal card, else the common one, else the built-in one. */
export function resolveCard(
  { personal, common, omitted }: SavedCards,
  { grant }: CardRequest,
  from: CardScope = 'personal',
): { scope: CardScope; sections: readonly CardSection[] } {
  if (personal && from === 'personal') return { scope: 'personal', sections: personal }
  if (common && from !== 'builtin') return { scope: 'common', sections: common }
  return { scope: 'builtin', sections: builtInCard(grant.type, omitted) }
}

/** Returns a card in the form of responses, without the fields that the caller does not see. */
export function shownCard(
  request: CardRequest,
  { scope, sections }: ReturnType<typeof resolveCard>,
  all?: 'all',
): CardDocument {
  const { access, grant, key } = request
  const readable = new Map([...grant.readable.values()].map((field) => [field.key, field]))
  const text = (labels: Field['label']) => labelFor(labels, access.language, all)
  const seen = sections.map(({ name, title, fields }) => ({
    ...{ name, title: text(title) },
    fields: fields.flatMap(({ key, showEmpty }) => {
      const field = readable.get(key)
      return field ? [{ field, showEmpty }] : []
    }),
  }))
  const fields = seen.flatMap((section) => section.fields.map(({ field }) => field))
  return {
    ...{ scope, pipelineId: key.pipelineId, isRepeat: key.isRepeat },
    sections: seen.map((section) => ({
      ...section,
      fields: section.fields.map(({ field, showEmpty }) => ({ field: field.path, showEmpty })),
    })),
    fields: fields.map((field) => shownField(request, field, text)),
    needsOneOf: (grant.type.nameFields ?? []).filter((path) => grant.readable.has(path)),
    warnings: hiddenRequired(request, fields).map(({ path }) => {
      const warning = { code: 'required_field_hidden', params: { name: path } } as const
      return { field: path, code: warning.code, message: faultMessage(warning, access.language) }
    }),
  }
}

function shownField(
  { access, grant, pipeline, stage }: CardRequest,
  field: Field,
  text: (labels: Field['label']) => ReturnType<typeof labelFor>,
): CardDocument['fields'][number] {
  const { code, kind, multiple, system, label, help, group, links, settings } = toFieldDocument(field, text, 'ready')
  const context = access.context()
  const choices = kindOf(field).choices?.(field, context.lookups, pipeline)
  const isInStage = pipeline && stage && keysRequiredIn(pipeline, stage).includes(field.key)
  const requiredBy = field.required ? 'field' : isInStage ? 'stage' : null
  return {
    ...{ field: field.path, code, kind, multiple, system, label, help, group },
    ...{ required: requiredBy !== null, requiredBy },
    writable: grant.writable.has(field.path),
    default: (defaultOf(field, context, access.caller.userId) ?? null) as CardDocument['fields'][number]['default'],
    choices: choices?.map(({ value, label }) => ({ value, label: text(label) })) ?? null,
    links,
    settings,
  }
}

/** Returns the fields that are required, also in some stage, and in no section. Nobody can set them in this card. */
function hiddenRequired({ grant, pipeline }: CardRequest, shown: readonly Field[]): Field[] {
  const inStages = pipeline?.stages.flatMap((stage) => keysRequiredIn(pipeline, stage)) ?? []
  return [...grant.writable.values()].filter(
    (field) => (field.required || inStages.includes(field.key)) && !shown.includes(field),
  )
}
