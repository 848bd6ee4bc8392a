import Type, { type Static, type TSchema } from 'typebox'
import { CardInput, CardSection } from '../cards/schemas.ts'
import { mostDictionaries, NewDictionary } from '../dictionaries/schemas.ts'
import { FaultDocument } from '../errors/documents.ts'
import { Label } from '../http/labels.ts'
import { ref } from '../schema/build.ts'
import { TypeChange, TypeRelations } from '../types/schemas.ts'
import { FieldDocument, NewField } from '../user-fields/field-requests.ts'

const format = Type.Literal(1, { description: 'Version of the format.' })
/** The most parts of the model that one request deletes. */
const mostDeletions = 1000

const ModelCardInput = Type.Object(
  { sections: CardInput.properties.sections },
  { $id: 'ModelCardInput', additionalProperties: false, description: 'A common card. It replaces the present one.' },
)
/** A common card of a model to apply. */
export type ModelCardInput = Static<typeof ModelCardInput>
const cardsOf = <T extends TSchema>(schema: T) => ({
  card: Type.Optional({
    ...ref(schema),
    description: 'Common card, of the default pipeline if the type has pipelines.',
  }),
  repeatCard: Type.Optional({ ...ref(schema), description: 'Common card of repeat leads.' }),
})

const codePattern = '^[a-z][A-Za-z0-9]{0,49}$'
const { title, titles, plural, features, relations } = TypeChange.properties
const smart = {
  title: Type.Optional({ ...title, description: 'Singular name. Required for a new smart process.' }),
  ...{ titles, plural, features, relations },
}

const ModelTypeInput = Type.Object(
  {
    code: Type.String({ pattern: codePattern, description: 'Code of the record type.', examples: ['deal'] }),
    ...smart,
    fields: Type.Optional(Type.Array(ref(NewField), { maxItems: 2000, description: 'User fields (custom fields).' })),
    ...cardsOf(ModelCardInput),
  },
  {
    $id: 'ModelTypeInput',
    additionalProperties: false,
    description:
      'A record type with its user fields and common cards. A smart process also has names, features and relations. Relations are added to the present ones.',
  },
)

/** A record type of a model to apply. */
export type ModelTypeInput = Static<typeof ModelTypeInput>

/** A model to apply. */
export const ModelInput = Type.Object(
  {
    format,
    dictionaries: Type.Optional(
      Type.Array(ref(NewDictionary), { maxItems: mostDictionaries, description: 'Dictionaries with their entries.' }),
    ),
    types: Type.Optional(
      Type.Array(ref(ModelTypeInput), { maxItems: 500, description: 'Record types with their user fields.' }),
    ),
    delete: Type.Optional(
      Type.Array(Type.String({ maxLength: 300, examples: ['types.deal.fields.old_city'] }), {
        maxItems: mostDeletions,
        description:
          'Parts to delete: `types.deal.fields.city`, `types.deal.fields.delivery.options.post`, `types.deal.card`, `types.lead.repeatCard`, `types.delivery`, `dictionaries.REGION`, `dictionaries.REGION.entries.NORTH`. Nothing else is deleted.',
      }),
    ),
  },
  {
    $id: 'ModelInput',
    additionalProperties: false,
    description: 'A model to apply. Absent parts stay as they are.',
    examples: [
      {
        format: 1,
        dictionaries: [
          { code: 'PACKAGE', name: { en: 'Package', ru: 'Упаковка' }, entries: [{ code: 'BOX', label: 'Box' }] },
        ],
        types: [
          {
            code: 'deal',
            fields: [{ code: 'delivery_day', kind: 'date', label: { en: 'Delivery day', ru: 'День доставки' } }],
          },
        ],
      },
    ],
  },
)
/** A model to apply. */
export type ModelInput = Static<typeof ModelInput>

const { code, kind, multiple, label, help, group, sort, required } = FieldDocument.properties
const { filterable, sortable, searchable, settings, options } = FieldDocument.properties

const ModelField = Type.Object(
  {
    ...{ code, kind, multiple, label, help, group, sort, required, filterable, sortable, searchable },
    inCard: Type.Boolean({ description: 'Whether the field joined the cards when it was created.' }),
    ...{ settings, options },
  },
  { $id: 'ModelField', description: 'A user field of a model.' },
)
/** A user field of a model. */
export type ModelField = Static<typeof ModelField>

const ModelCard = Type.Object(
  { sections: Type.Array(ref(CardSection), { description: 'Sections in their order.' }) },
  { $id: 'ModelCard', description: 'A common card of a model.' },
)

/** A common card of a model. */
export type ModelCard = Static<typeof ModelCard>

/** The model of the instance. */
export const Model = Type.Object(
  {
    format,
    dictionaries: Type.Array(
      Type.Object({
        code: Type.String({ description: 'Code of the dictionary.', examples: ['SOURCE'] }),
        name: ref(Label),
        entries: Type.Array(
          Type.Object({
            code: Type.String({ description: 'Value that records store.' }),
            label: ref(Label),
            sort: Type.Integer({ description: 'Sort position in the dictionary.' }),
          }),
          { description: 'Entries in their order.' },
        ),
      }),
      { description: 'Dictionaries with their entries.' },
    ),
    types: Type.Array(
      Type.Object({
        code: Type.String({ description: 'Code of the record type.', examples: ['deal'] }),
        title: Type.Optional(ref(Label)),
        titles: Type.Optional(ref(Label)),
        plural: Type.Optional(Type.String({ description: 'Plural name of a smart process.' })),
        features: Type.Optional(Type.Array(Type.String(), { description: 'Features of a smart process.' })),
        relations: Type.Optional(ref(TypeRelations)),
        fields: Type.Array(ref(ModelField), { description: 'User fields (custom fields).' }),
        ...cardsOf(ModelCard),
      }),
      { description: 'Record types with their user fields and common cards.' },
    ),
  },
  {
    $id: 'Model',
    description:
      'The model of the instance. Labels have all languages. All references are codes, so another instance can apply it.',
  },
)
/** The model of the instance. */
export type Model = Static<typeof Model>

const names = (description: string) =>
  Type.Array(Type.String({ examples: ['types.deal.fields.delivery_day'] }), { description })

/** The effect of applying a model. */
export const ModelEffect = Type.Object(
  {
    created: names('Parts that are created.'),
    changed: Type.Array(
      Type.Object({
        name: Type.String({ description: 'The part.', examples: ['types.deal.fields.delivery_day'] }),
        members: Type.Array(Type.String(), { description: 'The properties that change.', examples: [['label']] }),
      }),
      { description: 'Parts that are changed.' },
    ),
    deleted: names('Parts that are deleted.'),
    missing: names('Parts that `delete` names and that do not exist.'),
    unchanged: Type.Integer({ description: 'Number of parts of the model that are already as described.' }),
    refused: Type.Array(ref(FaultDocument), {
      description: 'For a dry run: what prevents the model from being applied. Empty if nothing does.',
    }),
  },
  { $id: 'ModelEffect', description: 'What applying a model does.' },
)

/** The named schemas of models. */
export const modelSchemas = [ModelCardInput, ModelCard, ModelTypeInput, ModelInput, ModelField, Model, ModelEffect]
