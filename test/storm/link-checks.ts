import type { Saved } from '../seed.ts'
import { bothSay, type Checker } from './checks.ts'
import type { Link } from './ground.ts'

interface Page {
  data: Saved[]
  page: { next: string | null }
}

/** Returns faults of contact and company links: both sides must agree, and each list must have one primary. */
export async function linkFaults(checker: Checker): Promise<string[]> {
  const faults: string[] = []
  const pairs = async (plural: string, field: string) => {
    const found: [number, number][] = []
    for await (const { id, [field]: list } of every(checker, plural, field)) {
      const links = list as Link[]
      found.push(...links.map((link): [number, number] => [id, link.id]))
      const primaries = links.filter(({ primary }) => primary).length
      if (primaries !== Math.min(1, links.length)) faults.push(`${plural} ${id}: ${primaries} are primary`)
      if (new Set(links.map((link) => link.id)).size !== links.length) faults.push(`${plural} ${id}: linked twice`)
    }
    return found
  }
  const left = new Set((await pairs('contacts', 'companies')).map(([contact, company]) => `${contact} ${company}`))
  const right = new Set((await pairs('companies', 'contacts')).map(([company, contact]) => `${contact} ${company}`))
  const oneSided = [...left, ...right]
    .filter((pair) => !left.has(pair) || !right.has(pair))
    .map((pair) => `contact and company ${pair}: linked on one side`)
  return [...faults, ...oneSided]
}

async function* every(checker: Checker, plural: string, field: string): AsyncGenerator<Saved> {
  for (let cursor: string | null = ''; cursor !== null; ) {
    const path: string = `/v1/${plural}?fields=id,${field}&sort=id&limit=500${cursor && `&cursor=${cursor}`}`
    const { body }: { body: Page } = await bothSay<Page>(checker, path, '200')
    yield* body.data
    cursor = body.page.next
  }
}
