import { jest } from '@jest/globals'

/** Stops the clock of the process at a time. Timers go on. */
export function freezeDate(time: number): void {
  const timers = [
    'setTimeout',
    'clearTimeout',
    'setInterval',
    'clearInterval',
    'setImmediate',
    'clearImmediate',
  ] as const
  const others = ['nextTick', 'queueMicrotask', 'hrtime', 'performance'] as const
  jest.useFakeTimers({ now: time, doNotFake: [...timers, ...others] })
}
