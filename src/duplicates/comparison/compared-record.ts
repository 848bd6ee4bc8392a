/** An address as records keep it. */
export interface ComparedAddress {
  lines: string | null
  city: string | null
  district: string | null
  region: string | null
  postalCode: string | null
  country: string | null
}

/** What of a record is compared. Lists are empty and texts are null where the type or the record has no value. */
export interface ComparedRecord {
  id: number
  lastName: string | null
  firstName: string | null
  middleName: string | null
  /** The title of a company or a smart item. */
  title: string | null
  /** Names of the companies of a person: the titles of linked companies, the company title of a lead. */
  companies: readonly string[]
  /** In E.164, or digits only where the country is unknown. */
  phones: readonly string[]
  emails: readonly string[]
  websites: readonly string[]
  /** An ISO date. */
  birthDate: string | null
  address: ComparedAddress | null
  /** Values of the fields that an administrator has added, in the order of the settings. */
  extra: readonly (readonly string[])[]
}
