import { type RoughKind, roughKind } from './cell-kind.ts'
import { isFilled, widthOf } from './row-widths.ts'
import type { ScannedRow } from './scan.ts'

/** Number of rows below blank ones that decide whether they are another table. */
const mostHeld = 10
/** Number of rows of the first table from which the kinds of its columns are taken. */
const mostSeen = 200
/** Longest name of a column. */
const longestName = 80

/**
 * Finds rows of another table in the same file: below a blank row, a row of names with values of other kinds below it.
 * Groups of rows between blank ones are common, so it takes several signs.
 */
export class SecondTable {
  readonly #header: readonly string[]
  readonly #kinds: ColumnKinds = []
  #seen = 0
  /** Rows that may be the title, the header and the first rows of another table. */
  #held: ScannedRow[] = []
  #isOther = false

  constructor(header: readonly string[]) {
    this.#header = header.slice(0, widthOf(header)).map(nameOf)
  }

  /** Adds a row. Returns the rows that are decided: those of another table have `isOther`. */
  add(found: ScannedRow): ScannedRow[] {
    if (!found.isAfterBlank && !this.#held.length) return [this.#decided(found)]
    const ready = found.isAfterBlank || this.#held.length > mostHeld ? this.end() : []
    if (found.isAfterBlank && isSame(found.cells, this.#header)) this.#isOther = false
    else if (this.#held.length || this.#mayBegin(found)) {
      this.#held.push(found)
      return ready
    }
    return [...ready, this.#decided(found)]
  }

  /** Returns the rows that are not decided yet, at the end of the file or before a blank row. */
  end(): ScannedRow[] {
    const held = this.#held
    this.#held = []
    if (!held.length) return held
    const [header, ...below] = held.slice(isTitle(held[0]!.cells) ? 1 : 0)
    if (header && this.#isTable(header.cells, below)) this.#isOther = true
    return held.map((found) => this.#decided(found))
  }

  #mayBegin({ cells, isAfterBlank }: ScannedRow): boolean {
    return isAfterBlank === true && !this.#isOther && this.#header.length > 1 && areNames(cells)
  }

  #decided(found: ScannedRow): ScannedRow {
    if (this.#isOther) found.isOther = true
    else if (this.#seen < mostSeen) {
      this.#seen++
      addKinds(this.#kinds, found.cells)
    }
    return found
  }

  #isTable(names: readonly string[], rows: readonly ScannedRow[]): boolean {
    if (!rows.length || isTitle(names) || !areNames(names)) return false
    const below: ColumnKinds = []
    for (const { cells } of rows) addKinds(below, cells)
    const signs = { contrasts: 0, score: rows.length > 1 ? 1 : 0 }
    for (const [column, name] of names.entries()) {
      if (!isFilled(name)) continue
      const [here, usual] = [below[column], usualKind(this.#kinds[column])]
      const isNew = column >= this.#header.length
      if (usual !== undefined && usual !== 'text') signs.score++
      if (!here || here.kind === 'mixed' || here.kind === 'text' || here.kind === usual) continue
      if (usual === undefined && !isNew) continue
      signs.contrasts++
      // A column of text can have numbers now and then.
      signs.score += usual === 'text' ? 1 : 2
    }
    const width = widthOf(names)
    if (width !== this.#header.length && rows.every(({ cells }) => widthOf(cells) === width)) signs.score++
    const shared = names.filter((name) => isFilled(name) && this.#header.includes(nameOf(name))).length
    if (shared > 0 && signs.score > 1) return true
    return shared > 1 || (signs.contrasts > 0 && signs.score + shared > 2)
  }
}

/** The kinds of the filled cells of columns. */
type ColumnKinds = ({ kind: RoughKind | 'mixed'; count: number } | undefined)[]

function addKinds(kinds: ColumnKinds, cells: readonly string[]): void {
  for (const [column, cell] of cells.entries()) {
    if (!isFilled(cell)) continue
    const kind = roughKind(cell)
    const known = kinds[column]
    if (!known) kinds[column] = { kind, count: 1 }
    else {
      known.count++
      if (known.kind !== kind) known.kind = 'mixed'
    }
  }
}

/** Returns the kind of a column; undefined if it has several, or too few cells. */
function usualKind(found: ColumnKinds[number]): RoughKind | undefined {
  return found && found.count > 1 && found.kind !== 'mixed' ? found.kind : undefined
}

const nameOf = (text: string) => text.trim().toLowerCase()

function isSame(cells: readonly string[], names: readonly string[]): boolean {
  return widthOf(cells) === names.length && names.every((name, at) => nameOf(cells[at]!) === name)
}

function isTitle(cells: readonly string[]): boolean {
  return cells.filter(isFilled).length === 1
}

/** Returns whether cells can be names of columns: different short texts without gaps. */
function areNames(cells: readonly string[]): boolean {
  const filled = cells.slice(0, widthOf(cells))
  const isName = (cell: string) => isFilled(cell) && cell.length <= longestName && roughKind(cell) === 'text'
  return filled.every(isName) && new Set(filled.map(nameOf)).size === filled.length
}
