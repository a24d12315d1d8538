"""Jupyter's own tests of a kernel's messages; the folder that holds the kernel specification is in JUPYTER_PATH."""

import unittest

import jupyter_kernel_test


class WorkbookKernelTests(jupyter_kernel_test.KernelTests):
    kernel_name = "workbook-csharp"
    language_name = "C#"
    file_extension = ".cs"

    code_hello_world = 'Console.WriteLine("hello, world");'
    code_stderr = 'Console.Error.WriteLine("oops");'
    code_generate_error = 'throw new Exception("bad");'
    code_clear_output = "ClearOutput();"
    code_inspect_sample = "Console.WriteLine"

    code_execute_result = [
        {"code": '"a" + "b"', "result": "ab"},
        {"code": "1 + 2", "mime": "text/html"},
        {"code": "return 6.ToString();", "result": "6"},
    ]
    code_display_data = [
        {"code": 'HTML("<b>bold</b>").Display();', "mime": "text/html"},
        {"code": 'display("plain");', "mime": "text/plain"},
        {"code": '"# a".DisplayAs("text/markdown");', "mime": "text/markdown"},
        {"code": '"{\\"a\\": 1}".DisplayAs("application/json");', "mime": "application/json"},
    ]
    completion_samples = [
        {"text": "Console.Wr", "matches": {"Write", "WriteLine"}},
        {"text": '"abc".IndexOfA', "matches": {"IndexOfAny"}},
        {"text": "Environment.NewL", "matches": {"NewLine"}},
    ]
    complete_code_samples = ["1 + 1", "var a = 1;", "int f(int x) => x;", "// nothing", "for (;;)\n{\n}"]
    incomplete_code_samples = ["if (true) {", "Math.Max(1,", "var a = ", "class C\n{", '/* "']
    invalid_code_samples = ["}", "int 5x;", "1 + );"]
    code_history_pattern = "1?+*2"
    supported_history_operations = ("tail", "range", "search")

    def test_update_display_data(self):
        self.flush_channels()
        reply, messages = self.execute_helper('var shown = display("old"); shown.Update("new");')
        self.assertEqual(reply["content"]["status"], "ok")
        self.assertEqual([m["msg_type"] for m in messages], ["display_data", "update_display_data"])
        ids = {m["content"]["transient"]["display_id"] for m in messages}
        self.assertEqual(len(ids), 1)
        self.assertEqual(messages[1]["content"]["data"], {"text/plain": "new"})


if __name__ == "__main__":
    unittest.main(verbosity=2)
