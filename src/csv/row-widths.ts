/** Returns whether a cell has anything but spaces. */
export function isFilled(cell: string): boolean {
  return cell !== '' && cell.trim() !== ''
}

/** Returns the number of cells without blank cells at the end, but at least `least`. */
export function widthOf(cells: readonly string[], least = 0): number {
  let length = cells.length
  while (length > least && !isFilled(cells[length - 1]!)) length--
  return length
}
