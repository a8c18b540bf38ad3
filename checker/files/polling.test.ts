import { whyPoll } from './polling.ts'

const LINUX = { release: '6.8.0-generic', container: false, mounts: '' }
const WSL = { ...LINUX, release: '5.15.153.1-microsoft-standard-WSL2' }
const MOUNTS = `22 27 0:21 / / rw,relatime - ext4 /dev/sda1 rw
23 22 0:22 / /home/a\\040b/course rw - fuse.sshfs host:/ rw
24 22 0:23 / /home/alice rw,relatime shared:1 - 9p host rw`

test('relies on events on a disk of the machine', () => {
  expect(whyPoll('/home/carol/course', { ...LINUX, mounts: MOUNTS })).toBeUndefined()
  expect(whyPoll('/home/alices/course', { ...LINUX, mounts: MOUNTS })).toBeUndefined()
  expect(whyPoll('/home/alice/course', WSL)).toBeUndefined()
})

test.each([
  ['/mnt/c/course', WSL, 'this is a Windows drive'],
  ['/home/alice/course', { ...LINUX, mounts: MOUNTS }, 'this is a file system of type 9p'],
  ['/home/a b/course', { ...LINUX, mounts: MOUNTS }, 'this is a file system of type fuse.sshfs'],
  ['/workspaces/course', { ...LINUX, container: true }, 'this is a container'],
])('looks for changes in %s', (folder, surroundings, why) => {
  expect(whyPoll(folder, surroundings)).toBe(why)
})
