import type { EntityType } from '../entities/catalogue.ts'
import { traitFields } from '../entities/system-fields.ts'
import type { Trait } from '../entities/types.ts'
import type { Labels } from '../errors/language.ts'
import type { Field } from '../fields/field.ts'
import type { CardSection } from './card.ts'

/** A section of built-in cards: the fields that it names, then those of its traits. */
interface BuiltInSection {
  name: string
  title: Labels
  fields?: readonly string[]
  traits?: readonly Trait[]
}

const sections: readonly BuiltInSection[] = [
  {
    name: 'main',
    title: { en: 'Main', ru: 'Основное' },
    traits: ['title', 'number', 'person', 'stages', 'money', 'payment', 'myCompany'],
  },
  { name: 'client', title: { en: 'Client', ru: 'Клиент' }, traits: ['client', 'companies', 'contacts'] },
  { name: 'address', title: { en: 'Contact details', ru: 'Контактные данные' }, traits: ['communications', 'address'] },
  { name: 'source', title: { en: 'Source', ru: 'Источник' }, fields: ['source', 'sourceDescription', 'utm'] },
  {
    name: 'more',
    title: { en: 'More', ru: 'Дополнительно' },
    fields: ['responsibleId', 'observers', 'opened', 'comment'],
  },
]
/** The section of system fields that no section names: those that only one record type has. */
const ownSection = 'main'
const userFieldSection = 'more'
/** Fields that integrations use and people do not. */
const hidden = ['pipelineId', 'externalIds', 'amountIsManual']

/**
 * Returns the built-in card of a type: its fields by section. What only the server sets is hidden. Sections without fields
 * are left out.
 */
export function builtInCard({ fields, traits }: EntityType, omitted: readonly string[]): CardSection[] {
  const shown = fields.filter(({ code, key, userFieldId, readOnly }) =>
    userFieldId === null ? !readOnly && !hidden.includes(code) : !omitted.includes(key),
  )
  const named = sections.map((section) => codesOf(section, traits))
  const sectionOf = ({ code, userFieldId }: Field) => {
    if (userFieldId !== null) return userFieldSection
    const index = named.findIndex((codes) => codes.includes(code))
    return sections[index]?.name ?? ownSection
  }
  return sections.flatMap(({ name, title }, index) => {
    const codes = named[index]!
    const place = ({ code, userFieldId }: Field) =>
      userFieldId === null && codes.includes(code) ? codes.indexOf(code) : codes.length
    const inSection = shown.filter((field) => sectionOf(field) === name).toSorted((a, b) => place(a) - place(b))
    const listed = inSection.map(({ key, userFieldId }) => ({ key, userFieldId, showEmpty: false }))
    return listed.length ? [{ name, title, fields: listed }] : []
  })
}

function codesOf({ fields = [], traits = [] }: BuiltInSection, present: ReadonlySet<Trait>): string[] {
  const ofTraits = traits.filter((trait) => present.has(trait)).flatMap((trait) => traitFields[trait] ?? [])
  return [...fields, ...ofTraits.map(({ code }) => code)]
}
