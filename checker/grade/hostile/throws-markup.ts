// Dies with a message that is a script to a browser and a formula to a spreadsheet.
//
// exercise: 03
// expect: fail

throw new Error(
  '=HYPERLINK("http://127.0.0.1/?"&A1) <script>document.title = "owned"</script> <img src=x onerror=alert(1)> ]]> & \0',
)
