throw new Error('no idea')
