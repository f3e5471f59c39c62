"""The screens process: shows what the agent sends, sends back what people tap. Decides nothing."""
