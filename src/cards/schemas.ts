import Type, { type Static } from 'typebox'
import { TypeParams } from '../entities/find-type.ts'
import { FieldValue } from '../fields/kinds/value-schemas.ts'
import { Label, LabelsInput, labelsQuery } from '../http/labels.ts'
import { enumOf, nullable, ref } from '../schema/build.ts'
import { FieldDocument } from '../user-fields/field-requests.ts'
import { cardScopes } from './card.ts'

export { TypeParams as CardParams }

/** The most sections of a card. */
export const mostSections = 100
/** The most fields of a section. */
const mostFields = 1500

const which = {
  pipelineId: Type.Optional(
    Type.Integer({
      minimum: 1,
      maximum: Number.MAX_SAFE_INTEGER,
      description: 'Id of the pipeline, for types with stages. Default: the default pipeline.',
    }),
  ),
  isRepeat: Type.Optional(
    Type.Boolean({ description: 'Whether the card is for repeat leads. Only for types that can be converted.' }),
  ),
}

/** Which card a request changes. */
export const CardKeyQuery = Type.Object(which, { additionalProperties: false })

/** Which card a request deletes. */
export const CardDeletionQuery = Type.Object(
  {
    ...which,
    scope: Type.Optional(
      enumOf(['personal', 'common'], { description: 'Whose card to reset. Default: your own, `personal`.' }),
    ),
  },
  { additionalProperties: false },
)

/** Which card a request reads, and for which stage. */
export const CardQuery = Type.Object(
  {
    ...which,
    ...labelsQuery,
    scope: Type.Optional(
      enumOf([...cardScopes], {
        description:
          'Where to look first: at your `personal` card, then at the `common` one, then at the `builtin` one. Default: `personal`.',
      }),
    ),
    stageId: Type.Optional(
      Type.String({
        maxLength: 100,
        description: 'Stage of the record. Fields that the stage requires are then `required`.',
      }),
    ),
  },
  { additionalProperties: false },
)

const showEmpty = Type.Boolean({ description: 'Whether to show the field also when it has no value.' })
const fieldName = Type.String({
  maxLength: 200,
  description: 'Name of the field.',
  examples: ['userFields.delivery_city'],
})
const sectionName = { description: 'Code of the section, unique in the card.', examples: ['main'] }

/** A section of a card in a response. */
export const CardSection = Type.Object(
  {
    name: Type.String(sectionName),
    title: ref(Label),
    fields: Type.Array(
      Type.Object({ field: Type.String({ description: 'Name of the field, as in `fields`.' }), showEmpty }),
      { description: 'Fields of the section in their order.' },
    ),
  },
  { $id: 'CardSection', description: 'A section of a card.' },
)

const { code, kind, multiple, system, label, help, group, links, settings } = FieldDocument.properties

const CardField = Type.Object(
  {
    field: Type.String({ description: 'Name of the field.', examples: ['userFields.delivery_city'] }),
    ...{ code, kind, multiple, system, label, help, group },
    required: Type.Boolean({ description: 'Whether a record must have a value now: always, or in this stage.' }),
    requiredBy: nullable(enumOf(['field', 'stage']), {
      description: 'What requires the value: the field itself, or the stage in the query.',
    }),
    writable: Type.Boolean({ description: 'Whether you can set the field in records that you may change.' }),
    default: nullable(ref(FieldValue), { description: 'Value of new records that do not set the field.' }),
    choices: nullable(
      Type.Array(
        Type.Object({
          value: Type.Unsafe<string | number>({
            type: ['string', 'integer'],
            description: 'Value that records store.',
          }),
          label: ref(Label),
        }),
      ),
      {
        description:
          'Values of the field, if they are a list: options, entries of a dictionary, pipelines, stages of the pipeline, or currencies.',
      },
    ),
    links,
    settings,
  },
  { $id: 'CardField', description: 'A field of a card, with what a form needs to know about it.' },
)

const CardWarning = Type.Object(
  {
    field: Type.String({ description: 'Name of the field.' }),
    code: enumOf(['required_field_hidden'], { description: 'Code of the warning.' }),
    message: Type.String({ description: "Human-readable message in the caller's language." }),
  },
  { $id: 'CardWarning', description: 'Something about a card that may be a mistake.' },
)

/** A card, with its fields. */
export const CardDocument = Type.Object(
  {
    scope: enumOf([...cardScopes], { description: 'Whose card this is.' }),
    pipelineId: nullable(Type.Integer(), { description: 'Id of the pipeline. Null for types without pipelines.' }),
    isRepeat: Type.Boolean({ description: 'Whether this is the card of repeat leads.' }),
    sections: Type.Array(ref(CardSection), { description: 'Sections in their order.' }),
    fields: Type.Array(ref(CardField), { description: 'The fields of the sections, in their order.' }),
    needsOneOf: Type.Array(Type.String(), {
      description: 'Fields of which a record must have at least one, such as a name or a phone.',
    }),
    warnings: Type.Array(ref(CardWarning), { description: 'Required fields that are in no section.' }),
  },
  {
    $id: 'Card',
    description:
      'Which fields a form shows, in which sections. A field in no section is hidden, but can be read and set.',
  },
)
/** A card, with its fields. */
export type CardDocument = Static<typeof CardDocument>

const CardSectionInput = Type.Object(
  {
    name: Type.String({ pattern: '^[A-Za-z][A-Za-z0-9_-]{0,49}$', ...sectionName }),
    title: ref(LabelsInput),
    fields: Type.Array(
      Type.Object({ field: fieldName, showEmpty: Type.Optional(showEmpty) }, { additionalProperties: false }),
      { maxItems: mostFields, description: 'Fields of the section in their order.' },
    ),
  },
  { $id: 'CardSectionInput', additionalProperties: false, description: 'A section of a card.' },
)

/** The content of a card. */
export const CardInput = Type.Object(
  {
    scope: enumOf(['personal', 'common'], {
      description: 'Whose card to replace: your own, or that of everybody, which requires the settings right.',
    }),
    sections: Type.Array(ref(CardSectionInput), {
      minItems: 1,
      maxItems: mostSections,
      description: 'Sections in their order. A field can be in one section. A field in no section is hidden.',
    }),
  },
  {
    $id: 'CardInput',
    additionalProperties: false,
    description: 'The content of a card.',
    examples: [
      {
        scope: 'personal',
        sections: [
          {
            name: 'main',
            title: { en: 'Main', ru: 'Основное' },
            fields: [{ field: 'responsibleId', showEmpty: true }, { field: 'comment' }],
          },
        ],
      },
    ],
  },
)
/** The content of a card. */
export type CardInput = Static<typeof CardInput>

/** The effect of forcing the common card. */
export const ForcedCard = Type.Object(
  { removed: Type.Integer({ description: 'Number of personal cards that are deleted.' }) },
  { $id: 'ForcedCard', description: 'Effect of forcing the common card for everybody.' },
)

/** The named schemas of cards. */
export const cardSchemas = [
  ...[CardSection, CardField, CardWarning, CardDocument],
  ...[CardSectionInput, CardInput, ForcedCard],
]
