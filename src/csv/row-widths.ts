/** Whether there is anything but spaces in a cell. */
export function isFilled(cell: string): boolean {
  return cell !== '' && cell.trim() !== ''
}

/** How many cells there are without the blank ones at the end, but for the first `least`. */
export function widthOf(cells: readonly string[], least = 0): number {
  let length = cells.length
  while (length > least && !isFilled(cells[length - 1]!)) length--
  return length
}
