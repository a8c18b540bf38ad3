import { toDeadline } from './deadline.ts'

test.each([
  ['2027-01-31T23:59+01:00', '2027-01-31T22:59:00.000Z'],
  ['2027-01-31T23:59:30Z', '2027-01-31T23:59:30.000Z'],
  // The end of that day, in a zone one hour ahead of UTC, two in summer, and on the nights when
  // clocks change.
  ['2027-01-31', '2027-01-31T22:59:59.999Z'],
  ['2027-07-31', '2027-07-31T21:59:59.999Z'],
  ['2027-03-27', '2027-03-27T22:59:59.999Z'],
  ['2027-03-28', '2027-03-28T21:59:59.999Z'],
])('%s in Berlin is %s', (text, moment) => {
  expect(toDeadline(text, 'Europe/Berlin')).toBe(moment)
})

test.each(['5', '01/02/2027', 'soon', '2027-02-30', '2027-01-31T23:59', '2027', ''])(
  '%j is refused',
  (text) => {
    expect(() => toDeadline(text, 'UTC')).toThrow(`"${text}" is not a deadline.`)
  },
)
