const response = await fetch('hello.txt')

document.querySelector('output').textContent = await response.text()
