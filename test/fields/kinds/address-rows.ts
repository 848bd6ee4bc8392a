import { equality, type KindRow, order, texts } from './kind-row.ts'

const first = {
  lines: ['Lenina 1', 'office 5'],
  city: 'Омск',
  district: 'Центральный',
  region: 'Омская область',
  postalCode: '644000',
  country: 'Россия',
  latitude: '54.98930',
  longitude: '-73.36',
}
const second = {
  lines: ['Street, "5"'],
  city: 'Berlin',
  district: 'Mitte',
  region: 'Land',
  postalCode: '10117',
  country: 'Germany',
  latitude: '90',
  longitude: '180.00000000',
}
const words = ['city', 'district', 'region', 'postalCode', 'country'] as const

const column = (part: keyof typeof first) => {
  const [a, b] = [String(first[part]), String(second[part])]
  return [`.${part}`, { raw: [a, b], people: [a, b].map((cell) => cell.replace(/(?<=^-?\d+)\.(?=\d)/, ',')) }] as const
}

/** Addresses. */
export const addressRows: KindRow[] = [
  {
    kind: 'address',
    multiple: false,
    of: () => ({
      values: [{ given: first }, { given: second }],
      conditions: [
        ...equality('office 5', 'Street, "5"', 'lines'),
        ...texts('OFFICE', 'Lenina', 'ICE 5', 'lines'),
        ...words.flatMap((part) => [
          ...equality(first[part], second[part], part),
          ...texts(first[part].slice(1, 5), first[part].slice(0, 4), first[part].slice(-4), part),
        ]),
        ...equality('54.9893', '90', 'latitude'),
        ...order('54.9893', '90', 'latitude'),
        ...equality('-73.36', '180', 'longitude'),
        ...order('-73.36', '180', 'longitude'),
      ],
      sorted: { city: 'ba' },
      cells: {
        '.lines': {
          raw: ['["Lenina 1","office 5"]', '["Street, \\"5\\""]'],
          people: ['Lenina 1, office 5', 'Street, "5"'],
        },
        ...Object.fromEntries([...words, 'latitude' as const, 'longitude' as const].map(column)),
      },
      isReadByPeople: false,
      defaults: [
        {
          given: { city: 'Омск' },
          shown: { ...Object.fromEntries(Object.keys(first).map((part) => [part, null])), city: 'Омск' },
        },
      ],
      violations: [],
      wrong: { value: { latitude: '90.5', longitude: '10' }, code: 'out_of_range', at: '/latitude' },
    }),
  },
]
