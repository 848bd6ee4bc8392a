import { everyday } from './known/everyday.ts'
import type { Program } from './known/known-names.ts'
import { programs } from './known/programs.ts'
import { columnName, knownName } from './name.ts'

/** The fewest known names from which a program is recognized. */
const fewestNames = 3
/** How much more a name counts that no other program writes. */
const weightOfMark = 3

/** Returns the program that wrote a file with this header: the one that knows the most of its names. */
export function detectProgram(header: readonly string[]): Program {
  const names = new Set(header.flatMap((name) => formsOf(name)))
  let best = everyday
  let bestScore = 0
  for (const program of programs) {
    const { marks, all } = namesOf(program)
    const [marked, known] = [marks, all].map((list) => [...list].filter((name) => names.has(name)).length) as [
      number,
      number,
    ]
    const score = marked * weightOfMark + known
    if (marked > 0 && known >= fewestNames && score > bestScore) [best, bestScore] = [program, score]
  }
  return best
}

function formsOf(name: string): string[] {
  const { whole, pattern } = columnName(name)
  return pattern === undefined ? [whole] : [whole, pattern]
}

/** The names of a program: those that no other program writes, and all. */
interface ProgramNames {
  marks: ReadonlySet<string>
  all: ReadonlySet<string>
}

const known = new WeakMap<Program, ProgramNames>()

function namesOf(program: Program): ProgramNames {
  const made = known.get(program) ?? {
    marks: new Set(program.marks.map(knownName)),
    all: new Set(
      [...program.marks, ...Object.values(program.names).flatMap((names) => Object.values(names).flat())].map(
        knownName,
      ),
    ),
  }
  known.set(program, made)
  return made
}
