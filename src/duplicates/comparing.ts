import type { EntityType } from '../entities/catalogue.ts'
import type { Field, FieldsByPath } from '../fields/field.ts'
import { kindOf } from '../fields/kinds/kinds.ts'
import type { Grant } from '../rights/grant.ts'
import type { Comparison } from './comparison/comparison.ts'
import { comparisonsFor } from './comparison/comparisons.ts'
import type { Pass } from './comparison/pass.ts'
import { passesFor } from './comparison/passes.ts'

/** How the records of a type are compared. */
export interface Comparing {
  type: EntityType
  /** Whether the records are people, whose title says nothing about who they are. */
  isPerson: boolean
  /** The compared fields, without those that an administrator has added. */
  fields: readonly Field[]
  /** The links to the companies of a person, whose titles are compared. Empty if the caller may not read them all. */
  companies: readonly Field[]
  /** The fields that an administrator has added. Undefined in the place of a deleted one. */
  extras: readonly (Field | undefined)[]
  comparisons: readonly Comparison[]
  passes: readonly Pass[]
}

/** The most fields that an administrator can add. */
export const mostExtras = 7

/** The fields whose linked companies are compared by their titles, and the path of that comparison. */
const companyKeys = ['companies', 'companyId']
const companyPaths = ['companies', 'companyTitle']

const comparedKeys = [
  ...['lastName', 'firstName', 'middleName', 'title', 'companyTitle', 'phones', 'emails', 'websites'],
  ...['birthDate', 'address'],
]

const known = new WeakMap<EntityType, Comparing>()
const parts = new WeakMap<FieldsByPath, Map<boolean, Comparing>>()

/** Returns how the records of a type are compared. */
export function comparingOf(type: EntityType): Comparing {
  const made = known.get(type) ?? makeComparing(type)
  known.set(type, made)
  return made
}

function makeComparing(type: EntityType): Comparing {
  const isPerson = type.traits.has('person')
  const keys = comparedKeys.filter((key) => key !== 'title' || !isPerson)
  const fields = type.fields.filter(({ key }) => keys.includes(key))
  const extras = type.comparedFields.map((key) => type.fields.find((field) => field.key === key))
  const has = (path: string) => type.fields.some(({ key }) => key === fieldOf(path))
  const all = comparisonsFor(
    has,
    extras.map((field) => field?.path ?? ''),
  )
  const comparisons = all.filter(({ paths }) => paths[0] !== '')
  const companies = type.fields.filter(({ key }) => companyKeys.includes(key))
  return {
    ...{ type, isPerson, fields, extras, comparisons },
    companies: comparisons.some(comparesCompanies) ? companies : [],
    passes: passesFor(comparisons),
  }
}

/** Returns the field of a path, which can name a part of it. */
export function fieldOf(path: string): string {
  return path.startsWith('userFields.') ? path : path.replace(/\..*/, '')
}

/** Returns whether records of a type have one value at a path. Several values are kept side by side. */
export function isSingle({ fields }: EntityType, path: string): boolean {
  const field = fields.find((one) => one.path === fieldOf(path))
  return field !== undefined && !field.multiple && kindOf(field).rows === null
}

function comparesCompanies({ paths }: Comparison): boolean {
  return paths.some((path) => companyPaths.includes(path))
}

/** Returns the part of a comparison that uses only what the caller may read. */
export function readablePart(comparing: Comparing, grant: Grant): Comparing {
  const withCompanies = seesCompanies(comparing, grant)
  const kept = parts.get(grant.readable) ?? new Map<boolean, Comparing>()
  parts.set(grant.readable, kept)
  const made = kept.get(withCompanies) ?? makePart(comparing, grant.readable, withCompanies)
  kept.set(withCompanies, made)
  return made
}

function makePart(comparing: Comparing, readable: FieldsByPath, withCompanies: boolean): Comparing {
  const isReadable = (one: Comparison) =>
    comparesCompanies(one) ? withCompanies : one.paths.every((path) => readable.has(fieldOf(path)))
  const comparisons = comparing.comparisons.filter(isReadable)
  if (comparisons.length === comparing.comparisons.length) return comparing
  return {
    ...comparing,
    companies: withCompanies ? comparing.companies : [],
    fields: comparing.fields.filter(({ path }) => readable.has(path)),
    extras: comparing.extras.map((field) => (field && readable.has(field.path) ? field : undefined)),
    comparisons,
    passes: passesFor(comparisons),
  }
}

/** Returns whether the caller may read the titles of all companies that records can have. */
function seesCompanies({ companies, fields }: Comparing, grant: Grant): boolean {
  const isOpen = ({ path, settings }: Field) => {
    const { rows, readable } = grant.of(settings.type ?? '')
    return grant.readable.has(path) && rows.read === null && readable.has('title')
  }
  return companies.every(isOpen) && fields.every(({ key, path }) => key !== 'companyTitle' || grant.readable.has(path))
}

/** Returns whether the caller may read all records of the type, and all that is compared. */
export function seesAll(comparing: Comparing, grant: Grant): boolean {
  return grant.rows.read === null && readablePart(comparing, grant) === comparing
}

/** Returns whether an administrator can add a field to those that are compared: a value of its own that people enter. */
export function isComparable(field: Field): boolean {
  const { isPlace, isDerived, pointsTo, targets } = kindOf(field)
  const [target, ...parts] = targets(field)
  if (!target || parts.length || isPlace || isDerived || pointsTo || field.readOnly) return false
  return typeof target.shape === 'string' && target.scalar.json !== 'boolean' && !comparedKeys.includes(field.key)
}
