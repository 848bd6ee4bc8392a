import metadata from 'libphonenumber-js/max/metadata'

/** The numbering plan of a country. All patterns match whole numbers, except those of the beginning. */
interface Plan {
  callingCode: string
  /** The beginning of a number that dials another country, and the prefix of national numbers. */
  abroad: RegExp
  prefix: RegExp | undefined
  national: RegExp
  /** The possible lengths of a national number. */
  lengths: readonly number[]
  /** The lengths and the pattern of each type of number, such as mobile. */
  types: readonly { lengths: readonly number[]; pattern: RegExp }[]
  /** The beginning of all its numbers, if its calling code belongs to several countries. */
  leading: RegExp | undefined
}

type Country = keyof typeof metadata.countries

/** The form of a usual number: digits and the characters between them. */
const usualForm = /^\+?[\d ().-]+$/

/**
 * Returns a number of the usual form in E.164 if it can be read in one way only: one with a plus if it is possible, or
 * else its digits, and one of the country if it is valid. The library reads the others, in twenty times the time.
 */
export function readUsualNumber(text: string, country: string): string | undefined {
  if (!usualForm.test(text)) return
  const digits = text.replaceAll(/\D/g, '')
  if (!text.startsWith('+')) {
    const plan = planOf(country as Country)
    if (plan.abroad.test(digits) || digits.startsWith(plan.callingCode)) return
    return numberOf(plan, digits, false)
  }
  const code = [1, 2, 3].map((length) => digits.slice(0, length)).find((start) => countriesOf(start).length)
  const [main] = code === undefined ? [] : countriesOf(code)
  return code === undefined || main === undefined ? undefined : numberOf(planOf(main), digits.slice(code.length), true)
}

/** Returns the number with these national digits if it is valid. If possible is enough, the digits of an impossible one. */
function numberOf(plan: Plan, digits: string, isPossibleEnough: boolean): string | undefined {
  const national = nationalNumber(plan, digits)
  if (national === undefined) return
  const countries = countriesOf(plan.callingCode).map(planOf)
  const own =
    countries.length === 1 ? plan : countries.find((one) => one.leading?.test(national) ?? isValid(one, national))
  const isGood =
    (own && isValid(own, national)) || (isPossibleEnough && (own ?? plan).lengths.includes(national.length))
  if (isGood) return `+${plan.callingCode}${national}`
  return isPossibleEnough ? plan.callingCode + digits : undefined
}

/** Returns the digits without the national prefix. Undefined if they can be read both with and without it. */
function nationalNumber({ prefix, national }: Plan, digits: string): string | undefined {
  const found = prefix?.exec(digits)
  if (!found) return digits
  const rest = digits.slice(found[0].length)
  if (found.length > 1 || national.test(digits) === national.test(rest)) return
  return national.test(digits) ? digits : rest
}

function isValid({ national, types }: Plan, number: string): boolean {
  if (!national.test(number)) return false
  return types.some(({ lengths, pattern }) => lengths.includes(number.length) && pattern.test(number))
}

/** Returns the countries with a calling code. The first one is the main country. */
function countriesOf(code: string): readonly Country[] {
  return metadata.country_calling_codes[code] ?? []
}

const plans = new Map<Country, Plan>()

function planOf(country: Country): Plan {
  const known = plans.get(country) ?? readPlan(metadata.countries[country] ?? [])
  plans.set(country, known)
  return known
}

/** Reads a plan from its place in the metadata: https://gitlab.com/catamphetamine/libphonenumber-js/-/blob/master/METADATA.md */
function readPlan(plan: readonly unknown[]): Plan {
  // An absent part is 0 or left out.
  const [code, abroad, national, lengths, , prefix, , prefixForParsing, , , leading, types] = plan
  const start = prefixForParsing || prefix
  return {
    callingCode: String(code),
    abroad: new RegExp(`^(?:${abroad})`),
    prefix: start ? new RegExp(`^(?:${start})`) : undefined,
    national: new RegExp(`^(?:${national})$`),
    lengths: lengths as number[],
    leading: leading ? new RegExp(`^(?:${leading})`) : undefined,
    types: ((types || []) as (0 | [pattern?: string, lengths?: 0 | number[]])[]).flatMap((type) => {
      const [pattern, own] = type || []
      return pattern ? [{ lengths: own || (lengths as number[]), pattern: new RegExp(`^(?:${pattern})$`) }] : []
    }),
  }
}
