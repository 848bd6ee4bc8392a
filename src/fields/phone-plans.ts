import metadata from 'libphonenumber-js/max/metadata'

/** The numbering plan of a country. All patterns match whole numbers, except those of the beginning. */
interface Plan {
  callingCode: string
  /** The beginning of a number that dials another country, and the prefix of national numbers. */
  abroad: RegExp
  prefix: RegExp | undefined
  national: RegExp
  /** The lengths and the pattern of each type of number, such as mobile. */
  types: readonly { lengths: readonly number[]; pattern: RegExp }[]
  /** The beginning of all its numbers, if its calling code belongs to several countries. */
  leading: RegExp | undefined
}

type Country = keyof typeof metadata.countries

/** The form of a usual number: digits and the characters between them. */
const usualForm = /^\+?[\d ().-]+$/

/**
 * Returns a valid number in E.164 if it is in the usual form and can be read in one way only. Otherwise the library has
 * to read it, with the same result, but it takes twenty times as long.
 */
export function readUsualNumber(text: string, country: string): string | undefined {
  if (!usualForm.test(text)) return
  const digits = text.replaceAll(/\D/g, '')
  if (text.startsWith('+')) {
    const code = [1, 2, 3].map((length) => digits.slice(0, length)).find((start) => countriesOf(start).length)
    const [main] = code === undefined ? [] : countriesOf(code)
    if (code === undefined || main === undefined) return
    const number = digits.slice(code.length)
    return planOf(main).prefix?.test(number) ? undefined : validNumber(code, number)
  }
  const plan = planOf(country as Country)
  if (plan.abroad.test(digits) || digits.startsWith(plan.callingCode)) return
  const number = nationalNumber(plan, digits)
  return number === undefined ? undefined : validNumber(plan.callingCode, number)
}

/** Returns the digits without the national prefix. Undefined if they are a whole number with the prefix as well. */
function nationalNumber({ prefix, national }: Plan, digits: string): string | undefined {
  const found = prefix?.exec(digits)
  if (!found) return digits
  const rest = digits.slice(found[0].length)
  return found.length === 1 && !national.test(digits) && national.test(rest) ? rest : undefined
}

function validNumber(code: string, number: string): string | undefined {
  const countries = countriesOf(code)
  const country =
    countries.length === 1
      ? countries[0]
      : countries.find((one) => planOf(one).leading?.test(number) ?? isOfPlan(planOf(one), number))
  return country && isOfPlan(planOf(country), number) ? `+${code}${number}` : undefined
}

function isOfPlan({ national, types }: Plan, number: string): boolean {
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
    leading: leading ? new RegExp(`^(?:${leading})`) : undefined,
    types: ((types || []) as (0 | [pattern?: string, lengths?: 0 | number[]])[]).flatMap((type) => {
      const [pattern, own] = type || []
      return pattern ? [{ lengths: own || (lengths as number[]), pattern: new RegExp(`^(?:${pattern})$`) }] : []
    }),
  }
}
