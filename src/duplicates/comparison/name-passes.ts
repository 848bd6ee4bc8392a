import { houseOf, joinKeys, longestWords, type Pass, smallBlock, usualBlock } from './pass.ts'
import type { PreparedPart } from './person-name.ts'
import type { PreparedRecord } from './prepared-record.ts'
import { skeletonOf } from './words.ts'

const skeletonsOf = (part: PreparedPart | undefined) => part?.skeletons ?? []
const initialOf = (part: PreparedPart | undefined) => part?.sound.slice(0, 1)

/** The initials of first and last name, alike if the two have changed places. */
const initialsOf = ({ name }: PreparedRecord) => [initialOf(name?.last), initialOf(name?.given)].sort().join('')

function companyOf({ companies: [company] }: PreparedRecord): string | undefined {
  return company && longestWords(company.sounds).slice(0, 2).map(skeletonOf).join(' ')
}

/** Passes for people. */
export const namePasses: readonly Pass[] = [
  {
    code: 'name',
    uses: ['lastName', 'firstName'],
    largestBlock: usualBlock,
    keysOf: ({ name }) =>
      skeletonsOf(name?.last).flatMap((last) =>
        skeletonsOf(name?.given).map((given) => [last, given].sort().join(' ')),
      ),
  },
  {
    code: 'nameInitial',
    uses: ['lastName', 'firstName'],
    largestBlock: smallBlock,
    keysOf: ({ name }) => joinKeys(skeletonsOf(name?.last)[0], initialOf(name?.given)),
  },
  {
    code: 'nameBirthDate',
    uses: ['lastName', 'firstName', 'birthDate'],
    largestBlock: usualBlock,
    keysOf: ({ birthDate, name }) => joinKeys(birthDate, ...skeletonsOf(name?.last), ...skeletonsOf(name?.given)),
  },
  // It finds records without names. In a large base each date has too many records.
  { code: 'birthDate', uses: ['birthDate'], largestBlock: 10, keysOf: ({ birthDate }) => [birthDate] },
  {
    code: 'nameAddress',
    uses: ['lastName', 'firstName', 'address'],
    largestBlock: usualBlock,
    keysOf: (record) => joinKeys(houseOf(record), ...skeletonsOf(record.name?.given ?? record.name?.last)),
  },
  {
    code: 'namePostalCode',
    uses: ['lastName', 'firstName', 'postalCode'],
    largestBlock: usualBlock,
    keysOf: (record) => joinKeys(record.address?.postalCode, initialsOf(record).slice(0, 1)),
  },
  {
    code: 'nameCity',
    uses: ['lastName', 'firstName', 'city'],
    largestBlock: smallBlock,
    keysOf: ({ address, name }) => joinKeys(address?.city?.slice(0, 4), ...skeletonsOf(name?.last ?? name?.given)),
  },
  {
    code: 'nameCompany',
    uses: ['lastName', 'firstName', 'company'],
    largestBlock: usualBlock,
    keysOf: (record) =>
      joinKeys(companyOf(record), ...skeletonsOf(record.name?.last), ...skeletonsOf(record.name?.given)),
  },
  {
    code: 'namePhone',
    uses: ['lastName', 'firstName', 'phone'],
    largestBlock: usualBlock,
    keysOf: (record) => joinKeys(initialsOf(record), record.phones[0]?.slice(-4)),
  },
]
